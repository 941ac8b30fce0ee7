// How many digits are good, held against the same programs in fifty digits.
#include <autodiff/autodiff.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

using namespace seegrad;

namespace {

using precise = boost::multiprecision::cpp_bin_float_50;

template <class F>
auto true_error(F f, const std::vector<double>& at) -> double {
  graph g;
  std::vector<scalar> x;
  std::vector<precise> exact;
  for (const double v : at) x.push_back(input(v)), exact.emplace_back(v);
  return std::abs(static_cast<double>(precise(f(x).value()) - f(exact)));
}

template <class F>
auto estimate(F f, const std::vector<double>& at) -> rounding_report {
  graph g;
  std::vector<scalar> x;
  for (const double v : at) x.push_back(input(v));
  return rounding(f(x));
}

/// A straight program of sums, products, quotients and functions, the same in any number type.
struct random_program {
  unsigned seed;

  template <class T>
  auto operator()(const std::vector<T>& x) const -> T {
    std::mt19937 draw(seed);
    auto v = x;
    for (int step = 0; step < 12; ++step) {
      const auto pick = [&]() -> const T& { return v[draw() % v.size()]; };
      const T a = pick(), b = pick();
      switch (draw() % 8) {
        case 0: v.push_back(a + b); break;
        case 1: v.push_back(a - b); break;
        case 2: v.push_back(a * b); break;
        case 3: v.push_back(a / (b * b + 1.0)); break;
        case 4: v.push_back(sin(a)); break;
        case 5: v.push_back(exp(-(a * a))); break;
        case 6: v.push_back(sqrt(a * a + 0.3)); break;
        default: v.push_back(log(a * a + 1.1));
      }
    }
    return v.back() + v[v.size() - 2];
  }
};

}  // namespace

TEST_CASE("whole numbers lose nothing") {
  graph g;
  const scalar a = input(7.0), b = input(4.0), c = input(2.0), J = 3 * (a + b * c);
  const auto r = rounding(J);
  CHECK(r.error == 0);
  CHECK(r.costs.empty());
  CHECK(r.digits > 15.9);
  const scalar x = input(0.1);
  CHECK(rounding(max(-x, abs(x)) * 2).error == 0);  // choices, signs and powers of two
  CHECK(rounding(sqrt(input(2.25)) / 0.5).error == 0);
  CHECK(rounding(x * x).error == doctest::Approx(0.01 * 0x1p-53).epsilon(1e-9));
}

TEST_CASE("a small number added to a large one") {
  const auto f = [](const auto& x) { return 1e16 + x[0] - 1e16; };
  const auto r = estimate(f, {1.5});
  CHECK(true_error(f, {1.5}) == 0.5);
  CHECK(r.error >= 0.5);
  CHECK(r.error <= 4);
  CHECK(r.digits < 1);
  REQUIRE(r.costs.size() == 1);  // the difference is exact
  CHECK(r.costs[0].name == "#2 add");
  CHECK(r.notes.at(r.costs[0].node).how == annotation::mood::bad);
  CHECK(r.text().starts_with("ROUNDING: 0.3 digits of 2 are good: it can be wrong by 1.1. Of that #2 add 1.1 (100 %)."));
}

TEST_CASE("a variance as E[x²] - E[x]², and as E[(x - E[x])²]") {
  std::vector<double> data;
  for (int i = 0; i < 20; ++i) data.push_back(1e7 + 0.1 * i);
  const auto mean = [](const auto& x, auto f) {
    auto sum = f(x[0]);
    for (std::size_t i = 1; i < x.size(); ++i) sum = sum + f(x[i]);
    return decltype(sum)(sum / static_cast<double>(x.size()));
  };
  const auto bad = [&](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    const T m = mean(x, [](const T& v) { return v; }), squares = mean(x, [](const T& v) { return T(v * v); });
    return T(squares - m * m);
  };
  const auto good = [&](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    const T m = mean(x, [](const T& v) { return v; });
    return mean(x, [&](const T& v) { return T((v - m) * (v - m)); });
  };
  const auto r = estimate(bad, data), s = estimate(good, data);
  CHECK(true_error(bad, data) <= r.error);
  CHECK(true_error(bad, data) >= r.error / 1000);
  CHECK(r.digits < 2.5);
  CHECK(true_error(good, data) <= s.error);
  CHECK(s.digits > 14);
}

TEST_CASE("the small root of a quadratic") {
  const auto bad = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return T((-x[1] + sqrt(T(x[1] * x[1] - 4.0 * x[0] * x[2]))) / (2.0 * x[0]));
  };
  const auto good = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return T(2.0 * x[2] / (-x[1] - sqrt(T(x[1] * x[1] - 4.0 * x[0] * x[2]))));
  };
  const std::vector<double> at{1.1, 1.3e7, 0.7};
  CHECK(true_error(bad, at) <= estimate(bad, at).error);
  CHECK(estimate(bad, at).digits < 2);
  CHECK(true_error(good, at) <= estimate(good, at).error);
  CHECK(estimate(good, at).digits > 15);
}

TEST_CASE("the estimate bounds the error of random programs, and is not far above it") {
  std::mt19937 draw(5);
  std::uniform_real_distribution<double> uniform(-3, 3);
  double logarithms = 0;
  int counted = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const random_program f{seed};
    const std::vector<double> at{uniform(draw), uniform(draw), uniform(draw)};
    const auto r = estimate(f, at);
    const double error = true_error(f, at);
    CAPTURE(seed);
    // Functions are right to less than a unit, not to a half; and the estimate is of first order.
    CHECK(error <= 1.6 * r.error);
    if (error > 0 && r.error > 0) logarithms += std::log(error / r.error), ++counted;
  }
  CHECK(counted > 200);
  CHECK(std::exp(logarithms / counted) > 0.05);
}

TEST_CASE("arrays: elements, sums of terms that cancel, and both types") {
  graph g;
  const auto x = input(array({1e8, 1.5, -1e8}).cast(float32));
  const auto r = rounding(sum(x));
  CHECK(r.error == doctest::Approx(2e8 * 0x1p-24));
  CHECK(r.digits == 0);
  CHECK(rounding(sum(reshape(x, {3, 1}))).costs.size() == 1);  // what only moves elements costs nothing

  const auto w = input(array({{0.1, 0.2}, {0.3, -0.4}})), v = input(array({1.0, 3.0}));
  // |w| |v| = (0.7, 1.5), summed; and the sum is one rounding of the sum of the sizes of its terms, 0.7 and 0.9.
  const auto p = rounding(sum(matmul(w, v)));
  CHECK(p.error == doctest::Approx((0.7 + 1.5 + 0.7 + 0.9) * 0x1p-53));
  CHECK(rounding(exp(v)).error == doctest::Approx((std::exp(1) + std::exp(3)) * 0x1p-53));
  CHECK(rounding(exp(v)).value == doctest::Approx(std::exp(1) + std::exp(3)));
}

TEST_CASE("what is not finite, and what is no record") {
  graph g;
  const scalar x = input(-1.0);
  const auto r = rounding(log(x) + x);
  CHECK(std::isnan(r.error));
  CHECK(r.digits == 0);
  CHECK(r.text().find("not finite") != std::string::npos);
  CHECK_THROWS_AS(rounding(scalar(3.0)), error);
  CHECK_THROWS_WITH_AS(rounding(scalar(3.0)), doctest::Contains("rounding"), error);
}
