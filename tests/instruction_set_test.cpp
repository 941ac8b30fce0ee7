// Instruction sets: which is taken, and that each gives the same numbers.
#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <limits>
#include <vector>

using namespace seegrad;

namespace {

struct back_at_end {
  instruction_set before = seegrad::detail::instructions();
  ~back_at_end() { limit_instructions(before); }
};

constexpr instruction_set all_sets[] = {instruction_set::baseline, instruction_set::avx2, instruction_set::avx512};

}  // namespace

TEST_CASE("a limit is kept, and is no promise of what the processor does not have") {
  const back_at_end end;
  limit_instructions(instruction_set::avx512);
  const auto best = seegrad::detail::instructions();
  for (auto s : all_sets) {
    limit_instructions(s);
    CHECK(seegrad::detail::instructions() == std::min(s, best));
  }
  const char* most = std::getenv("SEEGRAD_INSTRUCTIONS");
  for (auto s : all_sets)
    if (most && most == name_of(s)) CHECK(end.before == std::min(s, best));
}

TEST_CASE("an operation gives the same numbers with every set, for every length") {
  // The mathematical library is the other implementation; lengths are around those of vectors, and odd.
  const back_at_end end;
  for (auto s : all_sets) {
    limit_instructions(s);
    CAPTURE(name_of(s));
    for (index_t n : {1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 100}) {
      const auto x = linspace(-3, 4, n);
      const auto y = tanh(x), z = exp(x) * x + sin(x), f = tanh(x.cast(float32));
      const auto rows = softmax(x.expand({3, n}), 1);
      double sum = 0, total = 0;
      for (index_t i = 0; i < n; ++i) sum += std::exp(x.at(i)), total += x.at(i);
      for (index_t i = 0; i < n; ++i) {
        const double at = x.at(i);
        CHECK(y.at(i) == doctest::Approx(std::tanh(at)).epsilon(1e-14));
        CHECK(z.at(i) == doctest::Approx(std::exp(at) * at + std::sin(at)).epsilon(1e-13));
        CHECK(f.at(i) == doctest::Approx(std::tanh(at)).epsilon(1e-6));
        CHECK(rows.at(2, i) == doctest::Approx(std::exp(at) / sum).epsilon(1e-13));
      }
      CHECK(seegrad::sum(x).item() == doctest::Approx(total).epsilon(1e-13));
    }
  }
}

TEST_CASE("a row of softmax is the same bits alone and among others, whatever they hold") {
  const back_at_end end;
  for (auto s : all_sets) {
    limit_instructions(s);
    CAPTURE(name_of(s));
    for (auto type : {float32, float64})
      for (index_t n : {1, 3, 7, 16, 17, 33, 100}) {
        generator g(5);
        auto x = randn(g, {7, n});
        x.set(std::numeric_limits<double>::infinity(), 1, n - 1);
        x.set(std::numeric_limits<double>::quiet_NaN(), 3, n / 2);
        for (index_t i = 0; i < n; ++i) x.set(-std::numeric_limits<double>::infinity(), 4, i), x.set(2.5, 6, i);
        x = x.cast(type);
        for (bool logarithm : {false, true}) {
          const auto of = [&](const array& a) { return logarithm ? log_softmax(a, -1) : softmax(a, -1); };
          const auto together = of(x);
          for (index_t r = 0; r < 7; ++r) CHECK(detail::same_bits(together.select(0, r), of(x.select(0, r))));
          CHECK(std::isnan(together.at(3, 0)));
          CHECK(together.at(6, n - 1) == doctest::Approx(logarithm ? -std::log(n) : 1.0 / static_cast<double>(n)).epsilon(1e-6));
          CHECK(together.at(1, n - 1) == (logarithm ? 0 : 1));
        }
      }
  }
}

TEST_CASE("random numbers are the same bits with every set") {
  const back_at_end end;
  std::vector<array> drawn;
  for (auto s : all_sets) {
    limit_instructions(s);
    generator g(7);
    drawn.push_back(randn(g, {1001}));
    CHECK(all(drawn.back() == drawn.front()));
  }
}
