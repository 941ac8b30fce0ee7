// Taylor coefficients against series from the literature, against derivatives recorded again and again, and for every operation.

#include <autodiff/autodiff.hpp>
#include <autodiff/derive/taylor.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <numbers>

#include "message.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

/// The coefficients from `order` recorded gradients, one of the other.
template <class F>
auto by_recording(const F& f, double x, int order) -> std::vector<double> {
  graph g;
  const scalar in = input(x);
  scalar d = f(in);
  std::vector<double> c;
  double factorial = 1;
  for (int k = 0; k <= order; ++k) {
    c.push_back(d.value() / factorial);
    factorial *= k + 1;
    if (k < order) d = d.is_constant() ? scalar(0.0) : recorded_gradient(d, std::vector{in})[0];
  }
  return c;
}

auto near(const std::vector<double>& a, const std::vector<double>& b, double tolerance = 1e-11) -> void {
  REQUIRE(a.size() == b.size());
  double size = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    CAPTURE(k);
    size = std::max({size, std::abs(b[k])});
    CHECK((std::abs(a[k] - b[k]) <= tolerance * std::max(size, 1e-3) || (std::isnan(a[k]) && std::isnan(b[k]))));
  }
}

}  // namespace

TEST_CASE("series that are known") {
  std::vector<double> e, s, l, g, h;
  double factorial = 1;
  for (int k = 0; k <= 20; ++k) {
    if (k > 0) factorial *= k;
    e.push_back(1 / factorial);
    s.push_back(k % 2 ? (k % 4 == 1 ? 1 : -1) / factorial : 0.0);
    l.push_back(k == 0 ? 0.0 : (k % 2 ? 1.0 : -1.0) / k);
    g.push_back(1);
    h.push_back(k % 2 ? (k % 4 == 1 ? 1.0 : -1.0) / k : 0.0);
  }
  near(taylor([](auto t) { return exp(t); }, 0.0, 20), e, 1e-14);
  near(taylor([](auto t) { return sin(t); }, 0.0, 20), s, 1e-14);
  near(taylor([](auto t) { return log(1 + t); }, 0.0, 20), l, 1e-14);
  near(taylor([](auto t) { return 1 / (1 - t); }, 0.0, 20), g, 1e-14);
  near(taylor([](auto t) { return atan(t); }, 0.0, 20), h, 1e-13);
  near(taylor([](auto t) { return tan(t); }, 0.0, 7), {0, 1, 0, 1.0 / 3, 0, 2.0 / 15, 0, 17.0 / 315}, 1e-14);
  near(taylor([](auto t) { return tanh(t); }, 0.0, 7), {0, 1, 0, -1.0 / 3, 0, 2.0 / 15, 0, -17.0 / 315}, 1e-14);
  near(taylor([](auto t) { return sqrt(1 + t); }, 0.0, 5), {1, 0.5, -1.0 / 8, 1.0 / 16, -5.0 / 128, 7.0 / 256}, 1e-14);
  near(taylor([](auto t) { return pow(1 + t, 2.5); }, 0.0, 4), {1, 2.5, 1.875, 0.3125, -0.0390625}, 1e-14);
  near(taylor([](auto t) { return pow(t, 3.0); }, 0.0, 4), {0, 0, 0, 1, 0}, 1e-14);
  // ln Γ(1 + t) = -γ t + ζ(2) t² / 2 - ζ(3) t³ / 3 + …
  near(taylor([](auto t) { return lgamma(1 + t); }, 0.0, 3),
       {0, -std::numbers::egamma, std::numbers::pi * std::numbers::pi / 12, -1.2020569031595943 / 3}, 1e-13);
  near(taylor([](auto t) { return erf(t); }, 0.0, 5),
       {0, 2 * std::numbers::inv_sqrtpi, 0, -2 * std::numbers::inv_sqrtpi / 3, 0, std::numbers::inv_sqrtpi / 5}, 1e-14);
  near(taylor([](auto) { return 4.0; }, 2.0, 2), {4, 0, 0});
  near(taylor([](auto t) { return t; }, 2.0, 0), {2});
}

TEST_CASE("to order 10, against derivatives that are recorded") {
  const auto f = [](const auto& t) { return exp(-t * t) * sin(3 * t) / (1 + square(t)); };
  near(taylor(f, 0.3, 10), by_recording(f, 0.3, 10), 1e-9);
  const auto g = [](const auto& t) { return log(2 + tanh(t)) * sqrt(1 + t); };
  near(taylor(g, 0.5, 8), by_recording(g, 0.5, 8), 1e-9);
  const auto h = [](const auto& t) { return pow(t, t) + t * t * t; };
  near(taylor(h, 1.5, 6), by_recording(h, 1.5, 6), 1e-9);
}

namespace {

template <class Op>
auto check_operation() -> void {
  CAPTURE(Op::name);
  const auto f = [](const auto& t) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto at = [&](std::size_t i) {
        const double low = std::max(Op::samples[i].low, -3.0), high = std::min(Op::samples[i].high, 3.0);
        const double middle = low + (0.55 + 0.07 * static_cast<double>(i)) * (high - low);
        return middle + (0.1 + 0.05 * static_cast<double>(i)) * (high - low) * t;
      };
      return apply<Op>(at(I)...);
    }(std::make_index_sequence<static_cast<std::size_t>(Op::arity)>{});
  };
  near(taylor(f, 0.1, 4), by_recording(f, 0.1, 4), 1e-8);
}
template <class... Ops>
auto check_all(operation_list<Ops...>) -> void {
  (check_operation<Ops>(), ...);
}

}  // namespace

TEST_CASE("every operation, to order 4") { check_all(all_operations{}); }

TEST_CASE("along a line, kinks, where there is no derivative, and errors") {
  const auto f = [](const auto& x) { return x[0] * x[0] * x[1] + sin(x[1]); };
  near(taylor(f, {1.0, 0.0}, {1.0, 2.0}, 3), {0, 4, 4, 2 - 8.0 / 6});
  near(taylor([](auto t) { return abs(t) * t; }, -1.0, 3), {-1, 2, -1, 0});
  near(taylor([](auto t) { return t < 0 ? t * t : t; }, -2.0, 2), {4, -4, 1});
  const auto root = taylor([](auto t) { return sqrt(t); }, 0.0, 2);
  CHECK(root[0] == 0);
  CHECK(!std::isfinite(root[1]));
  CHECK(message_of([] { taylor([](auto t) { return t; }, 1.0, -1); }) == "taylor: the order is -1; it can be 0 to 65536");
  CHECK(message_of([] { taylor([](auto t) { return t; }, 1.0, std::numeric_limits<int>::max()); }) ==
        "taylor: the order is 2147483647; it can be 0 to 65536");
  CHECK(contains(message_of([&] { taylor(f, {1.0, 2.0}, {1.0}, 2); }), "a point of 2 numbers and a direction of 1"));
}
