// exp, log and tanh in line, against long double, whose 64 bits leave 0.001 of a unit in the last place. Compiled for fused multiply-add, and
// for the processor that every program must run on, where they are those of <cmath>.
#include <autodiff/ops/definition/elementary.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <random>

using namespace seegrad;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity(), not_a_number = std::numeric_limits<double>::quiet_NaN();

auto units(double got, long double exact) -> double {
  const double near = std::abs(static_cast<double>(exact));
  const long double unit = std::max(std::nextafter(near, infinite) - near, 5e-324);
  return static_cast<double>(std::abs(got - exact) / unit);
}

// The worst error at points between a and b, and at as many whose exponents are spread evenly.
template <class F, class G>
auto worst(F f, G exact, double a, double b) -> double {
  std::mt19937_64 draw(11);
  std::uniform_real_distribution<double> even(a, b), exponent(-1070, 1020);
  double most = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = even(draw), small = std::ldexp(1 + std::abs(x) / std::max(-a, b), static_cast<int>(exponent(draw)));
    most = std::max(most, units(f(x), exact(x)));
    for (const double y : {small, -small})
      if (a <= y && y <= b) most = std::max(most, units(f(y), exact(y)));
  }
  return most;
}

#ifdef __FMA__
const bool can_run = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
constexpr double most_exp = 0.52, most_log = 0.76, most_tanh = 1.25;
#else
const bool can_run = true;
constexpr double most_exp = 1.01, most_log = 1.01, most_tanh = 2.5;
#endif

const auto e = [](double x) { return seegrad::detail::elementary::exp(x); };
const auto l = [](double x) { return seegrad::detail::elementary::log(x); };
const auto t = [](double x) { return seegrad::detail::elementary::tanh(x); };

}  // namespace

TEST_CASE("errors in units in the last place") {
  if (!can_run) return;
  const auto exact_exp = [](long double x) { return std::exp(x); };
  const auto exact_log = [](long double x) { return std::log(x); };
  const auto exact_tanh = [](long double x) { return std::tanh(x); };
  for (const auto& [a, b] : {std::pair{-707.0, 709.0}, {-1.0, 1.0}, {-0.01, 0.01}}) CHECK(worst(e, exact_exp, a, b) <= most_exp);
  CHECK(worst(e, exact_exp, -745.0, -700.0) <= 1.01);  // towards subnormal results
  for (const auto& [a, b] : {std::pair{0.0, 1e308}, {0.0, 4.0}, {0.5, 2.0}, {0.98, 1.02}, {1 - 1e-6, 1 + 1e-6}})
    CHECK(worst(l, exact_log, a, b) <= most_log);
  for (const auto& [a, b] : {std::pair{-25.0, 25.0}, {-2.0, 2.0}, {0.7, 0.8}, {-0.1, 0.1}})
    CHECK(worst(t, exact_tanh, a, b) <= most_tanh);
}

TEST_CASE("edges") {
  if (!can_run) return;
  CHECK(e(0.0) == 1);
  CHECK(e(-infinite) == 0);
  CHECK(e(infinite) == infinite);
  CHECK(e(710.0) == infinite);
  CHECK(e(-746.0) == 0);
  CHECK(std::isnan(e(not_a_number)));
  CHECK(l(1.0) == 0);
  CHECK_FALSE(std::signbit(l(1.0)));
  CHECK(l(0.0) == -infinite);
  CHECK(l(-0.0) == -infinite);
  CHECK(l(infinite) == infinite);
  CHECK(std::isnan(l(-1.0)));
  CHECK(std::isnan(l(not_a_number)));
  CHECK(l(5e-324) == std::log(5e-324));
  CHECK(std::signbit(t(-0.0)));
  CHECK_FALSE(std::signbit(t(0.0)));
  CHECK(t(5e-324) == 5e-324);
  CHECK(t(infinite) == 1);
  CHECK(t(-infinite) == -1);
  CHECK(t(-30.0) == -1);
  CHECK(std::isnan(t(not_a_number)));
  for (const double x : {1e-300, 0.1, 0.75, 1.0, 19.9}) CHECK(t(-x) == -t(x));
}
