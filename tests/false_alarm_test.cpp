// Right derivatives, wherever they are hard to measure: the checker must not call one of them wrong.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <random>
#include <vector>

#include "draw.hpp"
#include "verdict_counts.hpp"

using namespace seegrad;

namespace {

template <int PerCent>
struct single_precision : paragraph<1> {
  static constexpr std::string_view name = "single_precision", help = "x sin x, computed with floats";
  static auto value(double x) -> double { return std::sin(static_cast<float>(x)) * static_cast<float>(x); }
  static auto value(stepped) -> stepped { return {std::nan(""), std::nan("")}; }
  static auto value(auto x) { return x * sin(x); }
  static auto d0(auto x, auto) { return 0.01 * PerCent * (sin(x) + x * cos(x)); }
};

}  // namespace

TEST_CASE("no false alarm: every operation, 1000 points each") {
  std::mt19937_64 random(1);
  for (const auto* op : operations()) {
    check_report::tally local{}, whole{};
    std::string first;
    for (int trial = 0; trial < 1000; ++trial) {
      graph g;
      scalar x[max_arity], y;
      for (int i = 0; i < op->arity; ++i) x[i] = input(draw(random, op->samples[static_cast<std::size_t>(i)]));
      op->record(x, y);
      const auto report = check(y);
      for (std::size_t v = 0; v < verdicts; ++v) local[v] += report.local[v], whole[v] += report.whole[v];
      if (first.empty() && (report.count(verdict::pass) != 2 * static_cast<std::size_t>(op->arity))) first = report.text();
    }
    // The order of polygamma is a whole number, so that it alone cannot be tested.
    const std::size_t untested = op->name == "polygamma" ? 1000 : 0;
    const auto all = 1000 * static_cast<std::size_t>(op->arity) - untested;
    INFO(std::string(op->name), "\n", first);
    for (const auto& tally : {local, whole}) {
      CHECK(tally[static_cast<std::size_t>(verdict::pass)] == all);
      CHECK(tally[static_cast<std::size_t>(verdict::untested)] == untested);
    }
  }
}

TEST_CASE("no false alarm: random expressions of 5 to 50 operations") {
  std::mt19937_64 random(5);
  check_report::tally local{}, whole{};
  std::string failing;
  const auto list = operations();
  for (int trial = 0; trial < 1500; ++trial) {
    graph g;
    std::vector<scalar> v;
    for (int i = 0; i < 3; ++i) v.push_back(input(draw(random, {-2, 2})));
    const auto size = 5 + random() % 46;
    for (std::size_t i = 0; i < size; ++i) {
      const auto* op = list[random() % list.size()];
      scalar x[max_arity], y;
      for (int j = 0; j < op->arity; ++j) x[j] = random() % 8 == 0 ? scalar(draw(random, {-2, 2})) : v[random() % v.size()];
      op->record(x, y);
      // What is NaN or huge would make everything after it so.
      if (!y.is_constant() && std::abs(y.value()) < 1e6) v.push_back(y);
    }
    scalar y = 0;
    for (const auto& x : v) y += x;
    const auto report = check(y);
    if (report.count(verdict::fail) > 0 && failing.empty()) failing = report.text();
    for (std::size_t k = 0; k < verdicts; ++k) local[k] += report.local[k], whole[k] += report.whole[k];
  }
  MESSAGE("operations: ", local[0], " PASS, ", local[2], " NOISY, ", local[3], " KINK, ", local[4], " NON-FINITE, ", local[5],
          " UNTESTED");
  MESSAGE("whole: ", whole[0], " PASS, ", whole[2], " NOISY, ", whole[3], " KINK, ", whole[4], " NON-FINITE, ", whole[5],
          " UNTESTED");
  INFO(failing);
  CHECK(local[static_cast<std::size_t>(verdict::fail)] == 0);
  CHECK(whole[static_cast<std::size_t>(verdict::fail)] == 0);
  CHECK(local[0] > 50'000);
  CHECK(local[static_cast<std::size_t>(verdict::noisy)] * 10'000 < local[0]);
}

TEST_CASE("no false alarm at the edges") {
  graph g;
  const auto in = [](double x) { return input(x); };
  std::vector<scalar> ys;
  for (const double big : {1e-300, 1e-100, 1e-20, 1e-8, 1e8, 1e20, 1e100, 1e150}) {
    ys.insert(ys.end(), {log(in(big)),
                         sqrt(in(big)),
                         cbrt(in(big)),
                         in(big)*in(1 / big),
                         in(big) / in(big),
                         hypot(in(big), in(big)),
                         hypot(in(big), in(1.0)),
                         in(big) + in(1.0),
                         in(1.0) - in(big),
                         abs(in(-big)),
                         relu(in(big)),
                         max(in(big), in(1.0)),
                         atan(in(big)),
                         tanh(in(big)),
                         sigmoid(in(-big)),
                         softplus(in(big)),
                         erf(in(big)),
                         log1p(in(big)),
                         asinh(in(big)),
                         pow(in(big), 1.5),
                         pow(in(big), in(0.25)),
                         fma(in(big), in(1 / big), in(1.0)),
                         square(in(big)),
                         atan2(in(big), in(1.0)),
                         gelu(in(big)),
                         silu(in(big)),
                         exp(in(-big)),
                         leaky_relu(in(-big), 0.1),
                         elu(in(-big), 1),
                         sin(in(big)),
                         cos(in(big))});
  }
  for (const double x : {-40.0, -20.0, -15.0, 15.0, 18.0, 20.0, 40.0, 1000.0, -1000.0})
    ys.insert(ys.end(), {tanh(in(x)), sigmoid(in(x)), softplus(in(x)), log_sigmoid(in(x)), erf(in(x)), erfc(in(x)), gelu(in(x)),
                         silu(in(x)), mish(in(x)), elu(in(x), 1), softsign(in(x)), expm1(in(x)), exp(in(x / 2)),
                         logaddexp(in(x), in(0.5))});
  for (const double x : {0.0, 1e-12, -1e-12, 1e-5, 3.14159265358979})
    ys.insert(ys.end(),
              {cos(in(x)), sin(in(x)), exp(in(x)), tan(in(x)), sinh(in(x)), cosh(in(x)), square(in(x)), pow(in(x), 2),
               pow(in(x), 0), sigmoid(in(x)), log1p(in(x)), expm1(in(x)), logaddexp(in(x), in(x)), softsign(in(x)), mish(in(x))});
  ys.insert(ys.end(), {pow(in(-1.7), 3),
                       pow(in(-1.7), -2),
                       pow(in(0.0), in(2.0)),
                       pow(in(0.0), 2.5),
                       exp(in(700.0)),
                       exp(in(709.0)),
                       tgamma(in(170.0)),
                       acosh(in(1 + 1e-9)),
                       asin(in(1 - 1e-9)),
                       atanh(in(-1 + 1e-9)),
                       log(in(5e-324 * 1e10)),
                       log1p(in(-1 + 1e-9)),
                       max(in(1.0), in(1.0 + 1e-13)),
                       (1e8 + in(1e-3)) - 1e8,
                       (1e8 + in(3.0)) - 1e8,
                       sin(in(1e5)),
                       lgamma(in(1e-3)),
                       digamma(in(50.0)),
                       fmod(in(7.3), in(2.1)),
                       0 * sqrt(in(4.0)),
                       in(1e100) + in(1.0),
                       atan2(in(0.0), in(-1.0))});
  std::size_t noisy = 0, passes = 0;
  for (const auto& y : ys) {
    const auto report = check(y);
    CHECK_MESSAGE(report.count(verdict::fail) == 0, report.text());
    noisy += report.count(verdict::noisy), passes += report.count(verdict::pass);
  }
  MESSAGE(ys.size(), " values, ", passes, " PASS, ", noisy, " NOISY");
  // A sine at 1e20 changes its sign from one double to the next: its operation has the complex step, the whole has nothing.
  CHECK(noisy <= 6);
  CHECK(passes > 1100);
}

TEST_CASE("a value in single precision is noisy, not wrong, and a wrong rule for it is still wrong") {
  std::mt19937_64 random(3);
  check_report::tally right{}, wrong{};
  for (int trial = 0; trial < 1000; ++trial) {
    graph g;
    const auto x = input(draw(random, {0.1, 3}));
    const auto a = check(apply<single_precision<100>>(x)), b = check(apply<single_precision<101>>(x));
    for (std::size_t v = 0; v < verdicts; ++v) right[v] += a.local[v] + a.whole[v], wrong[v] += b.local[v] + b.whole[v];
  }
  CHECK(right[0] + right[static_cast<std::size_t>(verdict::noisy)] == 2000);
  CHECK(wrong[0] == 0);
  CHECK(wrong[static_cast<std::size_t>(verdict::fail)] > 1900);
}

namespace {

// Signed zeros, infinities, NaN, the largest and smallest numbers, a tie with each of them, kinks, and numbers that are all whole.
const std::vector<double> special{0.0,    -0.0,    HUGE_VAL, -HUGE_VAL, std::nan(""), 1e308, -1e17, 4503599627370497.5,
                                  1e-308, -5e-324, 1,        -0.5,      2.5,          40,    1e-17, -745};

template <class F>
auto each_choice(int arity, F f) -> void {
  const auto n = special.size(), step = arity == 3 ? std::size_t{3} : 1;
  std::vector<double> x(static_cast<std::size_t>(arity));
  const auto choose = [&](auto& self, std::size_t i) -> void {
    if (i == x.size()) return f(x);
    for (std::size_t k = i % step; k < n; k += step) x[i] = special[k], self(self, i + 1);
  };
  choose(choose, 0);
}

struct half_a_floor : paragraph<1> {
  static constexpr std::string_view name = "half_a_floor", help = "floor, with a slope that it has nowhere";
  static auto value(auto x) { return floor(x); }
  static auto d0(auto, auto) { return 0.5; }
};

struct almost_sine : paragraph<1> {
  static constexpr std::string_view name = "almost_sine", help = "sine, with a slope that is off by less than the tolerance";
  static auto value(auto x) { return sin(x); }
  static auto d0(auto x, auto) { return cos(x) * (1 + 5e-7); }
};

}  // namespace

TEST_CASE("no false alarm: every operation at special numbers, alone and in arrays") {
  for (const auto* op : operations())
    each_choice(op->arity, [&](const std::vector<double>& at) {
      graph g;
      scalar x[max_arity], y;
      tensor a[max_arity], b;
      for (int i = 0; i < op->arity; ++i)
        x[i] = input(at[static_cast<std::size_t>(i)]), a[i] = input(array{at[static_cast<std::size_t>(i)], 0.7, 1.3});
      op->record(x, y), op->record_tensor(a, b);
      for (const auto& report : {check(y), check(b)})
        CHECK_MESSAGE(report.count(verdict::fail) == 0, op->name, " at ", at[0], " ", at.back(), "\n", report.text());
    });
}

TEST_CASE("numbers farther apart than the pieces of an operation are no test of it") {
  graph g;
  for (const auto& y : {floor(input(1e17)), round(input(-3e18)), fmod(input(0x1p60), 8), fmod(input(0x1p43), 0x1p-9),
                        floor(1e17 * input(1.0)), trunc(input(1e17)) + input(2.0), fmod(0x1p60 * input(0.7), 1)}) {
    const auto report = check(y);
    CHECK_MESSAGE(report.passed(), report.text());
  }
  CHECK(check(floor(input(1e17))).count(verdict::untested) > 0);
  CHECK(!check(apply<half_a_floor>(input(1e17))).passed());
  CHECK(!check(apply<half_a_floor>(input(2.0))).passed());
}

TEST_CASE("what every operation may be off by is too much where it is all that is left") {
  graph g;
  const auto x = input(0.4, "x");
  CHECK(check(apply<almost_sine>(x)).passed());
  const auto report = check(1e7 * (apply<almost_sine>(x) - sin(x)));
  INFO(report.text());
  CHECK(locally(report, verdict::fail) == 0);
  CHECK(report.whole_verdict() == verdict::fail);
  // Where the rules are right, what is left is the rounding of what was there.
  CHECK(check(1e7 * (sin(x + 1) - sin(x) * std::cos(1.0) - cos(x) * std::sin(1.0))).passed());
}
