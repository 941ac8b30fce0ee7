// Programs as machine code against the interpreter: the same bits, whatever the numbers.

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/machine/expansion.hpp>
#include <autodiff/run/program.hpp>
#include <bit>
#include <cmath>
#include <doctest/doctest.h>
#include <random>
#include <thread>

#include "message.hpp"

using namespace seegrad;

namespace {

/// Equal to the bit, or both NaN. Where the compiler fuses products with sums, the interpreter rounds otherwise.
auto same(double a, double b) -> bool {
#ifdef __FMA__
  if (std::abs(a - b) <= 1e-12 * std::abs(a)) return true;
#endif
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

auto draw(std::mt19937& random, interval from) -> double {
  return std::uniform_real_distribution<double>(std::max(from.low, -3.0), std::min(from.high, 3.0))(random);
}

struct pair_of_programs {
  program slow, fast;
  pair_of_programs(std::span<const scalar> ys, std::span<const scalar> xs)
      : slow(compile(ys, xs, backend::interpreter)), fast(compile(ys, xs, backend::machine_code)) {}

  /// How many numbers differ, at each point alone and at all together.
  auto differences(const std::vector<double>& points) const -> int {
    const auto n = slow.inputs(), count = points.size() / n, m = slow.results();
    int wrong = 0;
    const auto compare = [&](const std::vector<double>& a, const std::vector<double>& b) {
      for (std::size_t i = 0; i < a.size(); ++i) wrong += !same(a[i], b[i]);
    };
    std::vector<double> w(m), ya(m), yb(m), da(n), db(n), many_a(count * m), many_b(count * m);
    for (std::size_t i = 0; i < m; ++i) w[i] = 1 + 0.5 * static_cast<double>(i);
    for (std::size_t k = 0; k < count; ++k) {
      const auto at = std::span(points).subspan(k * n, n);
      slow.vjp(at, w, da, ya), fast.vjp(at, w, db, yb);
      compare(da, db), compare(ya, yb);
      slow.values(at, ya), fast.values(at, yb);
      compare(ya, yb);
    }
    slow.values_at(points, many_a), fast.values_at(points, many_b);
    compare(many_a, many_b);
    if (m > 1) return wrong;
    std::vector<double> slopes_a(points.size()), slopes_b(points.size());
    slow.values_and_gradients_at(points, many_a, slopes_a), fast.values_and_gradients_at(points, many_b, slopes_b);
    compare(many_a, many_b), compare(slopes_a, slopes_b);
    return wrong;
  }
};

constexpr double corners[] = {0.0,    -0.0,  1.0,    -1.0, infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
                              1e-310, 1e300, -1e300, 2.0,  0.5,      -3.5,      708.5};

/// f for each set of instructions that there is code for.
template <class F>
auto for_each_set(F f) -> void {
  const auto before = seegrad::detail::instructions();
  for (const auto s : {instruction_set::avx2, instruction_set::avx512}) {
    limit_instructions(s);
    if (seegrad::detail::instructions() == s) f();
  }
  limit_instructions(before);
}
auto has_machine_code() -> bool {
  graph g;
  const scalar x = input(1.0);
  const auto p = compile(x * x, wrt(x), backend::machine_code);
  p.value(std::array{2.0});
  return p.machine_bytes() > 0;
}

// Operations at random, with many values alive at once, so that registers run out.
auto tangled(std::span<const scalar> x, unsigned seed, int steps) -> scalar {
  std::mt19937 random(seed);
  std::vector<scalar> v(x.begin(), x.end());
  const auto pick = [&]() -> const scalar& { return v[random() % v.size()]; };
  for (int i = 0; i < steps; ++i) {
    switch (random() % 14) {
      case 0: v.push_back(pick() - pick()); break;
      case 1: v.push_back(pick() * pick() * 0.25); break;
      case 2: v.push_back(pick() / (1 + square(pick()))); break;
      case 3: v.push_back(max(pick(), min(pick(), pick()))); break;
      case 4: v.push_back(sqrt(1 + square(pick()))); break;
      case 5: v.push_back(abs(pick()) * 0.5); break;
      case 6: v.push_back(relu(pick())); break;
      case 7: v.push_back(fma(pick(), 0.25, pick())); break;
      case 8: v.push_back(where(greater(pick(), pick()), pick(), -pick())); break;
      case 9: v.push_back(copysign(pick(), pick())); break;
      case 10: v.push_back(floor(pick()) - trunc(pick()) + ceil(pick())); break;
      case 11: v.push_back(tanh(pick())); break;
      case 12: v.push_back(identity(pick()) + pick()); break;
      default: v.push_back(clamp(pick(), -1.0, 1.5)); break;
    }
  }
  scalar sum = 0;
  for (auto i = v.size(); i-- > 0;) sum += v[i] * (1 + 0.01 * static_cast<double>(i));
  return sum;
}

}  // namespace

TEST_CASE("every operation as machine code, also where there is no number or no end") {
  for_each_set([] {
    std::mt19937 random(3);
    for (const auto* op : operations()) {
      CAPTURE(op->name);
      if (op->name == "strong_mul") continue;  // whose zero has a sign in a batch
      graph g;
      std::vector<scalar> x;
      for (int i = 0; i < op->arity; ++i) x.push_back(input(draw(random, op->samples[static_cast<std::size_t>(i)])));
      scalar y;
      op->record(x.data(), y);
      const pair_of_programs both({&y, 1}, x);
      std::vector<double> points;
      for (std::size_t k = 0; k < 133 * x.size(); ++k)
        points.push_back(k % 3 == 0 ? corners[random() % std::size(corners)] : draw(random, op->samples[k % x.size()]));
      CHECK(both.differences(points) == 0);
      // A block with a NaN among its derivatives is run again by the interpreter, and would hide what differs: these have none.
      for (std::size_t k = 0; k < points.size(); ++k) points[k] = draw(random, op->samples[k % x.size()]);
      CHECK(both.differences(points) == 0);
    }
  });
}

TEST_CASE("derivatives through zeros that meet infinities are those of the sweep") {
  for_each_set([] {
    graph g;
    const auto x = inputs(std::array{0.0, 4.0});
    // The derivative of the root at 0 is infinite, and what it is multiplied by is 0.
    const scalar y = where(greater(x[0], 0.0), sqrt(x[0]) * x[1], x[1]);
    const pair_of_programs both({&y, 1}, x);
    CHECK(both.fast.gradient(std::array{0.0, 4.0}) == std::vector{0.0, 1.0});
    std::vector<double> values(20), slopes(40), points;
    for (int i = 0; i < 20; ++i) points.insert(points.end(), {i == 13 ? 0.0 : 4.0, 2.0});
    both.fast.values_and_gradients_at(points, values, slopes);
    CHECK(slopes[26] == 0);
    CHECK(slopes[27] == 1);
    CHECK(slopes[24] == 0.5);
    CHECK(values[13] == 2);
    CHECK(both.differences(points) == 0);
  });
}

TEST_CASE("more values than registers") {
  for_each_set([] {
    std::mt19937 random(5);
    for (unsigned seed = 1; seed <= 30; ++seed) {
      CAPTURE(seed);
      graph g;
      const auto x = inputs(std::array{0.5, -1.0, 2.0, 0.25, -0.75});
      const auto y = tangled(x, seed, seed < 20 ? 40 : 400);
      const pair_of_programs both({&y, 1}, x);
      std::vector<double> points;
      for (int k = 0; k < 5 * 37; ++k)
        points.push_back(k % 11 == 0 ? corners[random() % std::size(corners)] : draw(random, {-2, 2}));
      CHECK(both.differences(points) == 0);
      for (const std::size_t count : {1u, 7u, 8u, 9u})
        CHECK(both.differences({points.begin(), points.begin() + static_cast<long>(5 * count)}) == 0);
      if (has_machine_code()) CHECK(both.fast.machine_bytes() > 0);
    }
  });
}

TEST_CASE("results that are inputs or constants, several results, inputs that do not matter") {
  for_each_set([] {
    graph g;
    const scalar a = input(2.0), b = input(3.0), k = input(7.0), c = input(1.0);
    const std::array xs = {a, b, c};
    const std::array ys = {a * a, a * a, a, k, exp(k) * b, 1 / a};
    CHECK(pair_of_programs(ys, xs).differences({3.0, 1.0, 0.0, 0.0, infinity, 1.0, -1.0, 2.0, 5.0}) == 0);
  });
}

TEST_CASE("guards in machine code: each comparison, true and false, and never another branch") {
  for_each_set([] {
    const auto f = [](const scalar& x, const scalar& y) {
      scalar v = x;
      if (x < y) v = v * 2;
      if (x > 0.5) v = v + 1;
      if (x <= y) v = v * v;
      if (y >= 1.5) v = v - y;
      if (x == y) v = v * 3;
      if (x != 1.0) v = v / 2;
      return v;
    };
    const double at[] = {0.0, 0.5, 1.0, 1.5, 2.0, -1.0, std::numeric_limits<double>::quiet_NaN()};
    int failed = 0, answered = 0;
    for (const double p : at)
      for (const double q : at) {
        graph g(with_guards);
        const auto x = inputs(std::array{p, q});
        const scalar y = f(x[0], x[1]);
        const pair_of_programs both({&y, 1}, x);
        for (const double r : at)
          for (const double s : at) {
            graph again;
            const double expected = f(input(r), input(s)).value();
            std::vector<double> slopes(18), values(9), points;
            for (int i = 0; i < 9; ++i) points.insert(points.end(), {i == 4 ? r : p, i == 4 ? s : q});
            bool one = true, many = true;
            try {
              const double value = both.fast.value(std::array{r, s});
              CHECK(same(value, expected));
            } catch (const guard_failure&) {
              one = false;
            }
            try {
              both.fast.values_and_gradients_at(points, values, slopes);
              CHECK(same(values[4], expected));
            } catch (const guard_failure&) {
              many = false;
            }
            CHECK(one == many);
            (one ? answered : failed)++;
            if (std::bit_cast<std::uint64_t>(p) == std::bit_cast<std::uint64_t>(r) &&
                std::bit_cast<std::uint64_t>(q) == std::bit_cast<std::uint64_t>(s))
              CHECK(one);
          }
      }
    CHECK(failed > 100);
    CHECK(answered > 100);
  });
}

TEST_CASE("a guard that no instruction asks is asked by the interpreter") {
  graph g(with_guards);
  const scalar x = input(2.5), y = x * static_cast<double>(static_cast<int>(x));
  const auto p = compile(y, wrt(x), backend::machine_code);
  CHECK(p.value(std::array{2.25}) == 4.5);
  CHECK(p.machine_bytes() == 0);
  CHECK_THROWS_AS(p.value(std::array{3.5}), guard_failure);
}

TEST_CASE("numbers stay as they are when a program becomes machine code") {
  graph g;
  const auto x = inputs(std::array{0.5, 2.0});
  const auto p = compile(sin(x[0]) * exp(x[1] * x[0]) + tanh(x[1]) / x[0], x);
  std::vector<double> first(2), slopes(2);
  const double value = p.value_and_gradient(std::array{0.3, 1.7}, first);
  CHECK(p.machine_bytes() == 0);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      std::vector<double> d(2);
      for (int k = 0; k < 500; ++k) wrong += p.value_and_gradient(std::array{0.3, 1.7}, d) != value || d != first;
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
  CHECK((p.machine_bytes() > 0) == has_machine_code());
}

TEST_CASE("code made for one set of instructions runs when another has been chosen since") {
  const auto before = seegrad::detail::instructions();
  const auto chain = [](int steps) {
    graph g;
    const auto x = inputs(std::array{0.5, 2.0});
    scalar y = x[0];
    for (int i = 0; i < steps; ++i) y = sin(y) + x[1] * y;
    return compile(y, x, backend::machine_code);
  };
  std::vector<double> points, values(50), slopes(100), again(50), slopes_again(100);
  for (int i = 0; i < 50; ++i) points.insert(points.end(), {0.01 * i, 0.3});
  chain(8100).values_and_gradients_at(points, values, slopes);  // leaves numbers in all of the memory that others use then
  // Of as many slots as make the length of a block depend on the set.
  for (const int steps : {1400, 1700, 2300}) {
    const auto p = chain(steps);
    p.values_and_gradients_at(points, values, slopes);
    limit_instructions(instruction_set::avx2);
    p.values_and_gradients_at(points, again, slopes_again);
    limit_instructions(before);
    CHECK(values == again);
    CHECK(slopes == slopes_again);
  }
}

TEST_CASE("what an operation is made of") {
  const auto of = [](std::string_view name, int by) { return detail::run::expansion_of(*find_operation(name), by); };
  CHECK(of("exp", -1) == nullptr);
  CHECK(of("sigmoid", -1) == nullptr);
  CHECK(of("hypot", 0) == nullptr);
  REQUIRE(of("exp", 0) != nullptr);  // the result itself
  CHECK(of("exp", 0)->steps.empty());
  CHECK(of("exp", 0)->value.what == detail::run::term::kind::result);
  CHECK(of("add", 1)->value.number == 1);
  CHECK(of("relu", -1)->steps.size() == 2);
  CHECK(of("relu", 0)->steps.size() == 1);
  CHECK(of("square", -1)->steps.size() == 1);
  CHECK(of("sub", 1)->value.number == -1);
}
