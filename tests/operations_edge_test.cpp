// Operations on numbers at the ends of the number line, at kinks, zeros and NaN.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// Slopes are where they are going: the limits of the derivatives, from mathematics, in the record and in kernels.
TEST_CASE("slopes at the ends of the number line are the limits, where there are any") {
  const auto expect = [](std::string_view name, int i, const std::vector<double>& at, double expected) {
    const auto near = [&](double d) {
      return d == expected || std::abs(d - expected) <= 1e-7 || (std::isnan(d) && std::isnan(expected));
    };
    // The largest and the least number are those of the type.
    const auto in_range = [](double v, dtype type) -> double {
      if (type == float64 || v == 0 || !std::isfinite(v)) return v;
      constexpr double most = std::numeric_limits<float>::max(), least = std::numeric_limits<float>::denorm_min();
      return std::copysign(std::clamp(std::abs(v), least, most), v);
    };
    const auto* op = find_operation(name);
    REQUIRE(op != nullptr);
    CAPTURE(name);
    CAPTURE(i);
    CAPTURE(at[0]);
    CAPTURE(at.back());
    const double y = op->value(at.data());
    const double slope = op->partial(i, at.data(), y);
    CHECK_MESSAGE(near(slope), slope);
    for (const auto type : {float64, float32}) {
      graph g;
      std::vector<array> x;
      std::vector<tensor> t;
      for (const double v : at) x.push_back(full({2}, in_range(v, type), type)), t.push_back(input(x.back()));
      const auto one = full({2}, 1.0, type);
      const auto by_kernel = op->rule->vjp(nullptr, i, x, op->rule->value(nullptr, x), one);
      CHECK_MESSAGE(near(by_kernel.cast(float64).at(1)), by_kernel.cast(float64).at(1));
      tensor result;
      op->record_tensor(t.data(), result);
      const auto recorded = op->rule->vjp_recorded(nullptr, i, t, result, input(one)).value().cast(float64);
      CHECK_MESSAGE(near(recorded.at(1)), recorded.at(1));
    }
  };
  constexpr double largest = std::numeric_limits<double>::max(), least = 5e-324;
  struct ends {
    std::string_view name;
    double below, above;  // towards minus infinity and infinity; NaN if it is not defined there or has no limit
  };
  for (const auto& [name, below, above] : {ends{"neg", -1, -1},
                                           {"square", -infinity, infinity},
                                           {"abs", -1, 1},
                                           {"exp", 0, infinity},
                                           {"exp2", 0, infinity},
                                           {"expm1", 0, infinity},
                                           {"log", not_a_number, 0},
                                           {"log2", not_a_number, 0},
                                           {"log10", not_a_number, 0},
                                           {"log1p", not_a_number, 0},
                                           {"sqrt", not_a_number, 0},
                                           {"cbrt", 0, 0},
                                           {"sin", not_a_number, not_a_number},
                                           {"cos", not_a_number, not_a_number},
                                           {"tan", not_a_number, not_a_number},
                                           {"asin", not_a_number, not_a_number},
                                           {"acos", not_a_number, not_a_number},
                                           {"atan", 0, 0},
                                           {"sinh", infinity, infinity},
                                           {"cosh", -infinity, infinity},
                                           {"tanh", 0, 0},
                                           {"asinh", 0, 0},
                                           {"acosh", not_a_number, 0},
                                           {"erf", 0, 0},
                                           {"erfc", 0, 0},
                                           {"digamma", not_a_number, 0},
                                           {"lgamma", not_a_number, infinity},
                                           {"tgamma", not_a_number, infinity},
                                           {"sigmoid", 0, 0},
                                           {"log_sigmoid", 1, 0},
                                           {"softplus", 0, 1},
                                           {"softsign", 0, 0},
                                           {"relu", 0, 1},
                                           {"silu", 0, 1},
                                           {"gelu", 0, 1},
                                           {"mish", 0, 1}}) {
    // 1 / x and its like are defined by their formula beyond where the function is.
    if (!name.starts_with("log") || name == "log_sigmoid") expect(name, 0, {-infinity}, below);
    expect(name, 0, {infinity}, above);
    if (std::string_view("sin cos tan asin acos digamma lgamma tgamma").find(name) != std::string_view::npos) continue;
    if (!std::isnan(below)) expect(name, 0, {-largest}, below);
    expect(name, 0, {largest}, above);
  }
  expect("sqrt", 0, {0}, infinity), expect("cbrt", 0, {0}, infinity), expect("cbrt", 0, {-0.0}, infinity);
  expect("polygamma", 1, {2, infinity}, 0);
  const double half = std::numbers::sqrt2 / 2;
  for (const double s : {1.0, -1.0})
    for (const double other : {0.0, least, -1.0, 1e30, largest}) {
      expect("hypot", 0, {s * infinity, other}, s), expect("hypot", 1, {s * infinity, other}, 0);
      expect("hypot", 0, {other, s * infinity}, 0), expect("hypot", 1, {other, s * infinity}, s);
      expect("atan2", 0, {s * infinity, other}, 0), expect("atan2", 1, {s * infinity, other}, 0);
      expect("atan2", 0, {other, s * infinity}, 0), expect("atan2", 1, {other, s * infinity}, 0);
      expect("logaddexp", 0, {s * infinity, other}, s > 0 ? 1 : 0), expect("logaddexp", 1, {s * infinity, other}, s > 0 ? 0 : 1);
      expect("min", 0, {s * infinity, other}, s > 0 ? 0 : 1), expect("max", 1, {s * infinity, other}, s > 0 ? 0 : 1);
    }
  expect("hypot", 0, {largest, largest}, half), expect("hypot", 1, {largest, -largest}, -half);
  expect("hypot", 0, {infinity, infinity}, not_a_number), expect("hypot", 1, {-infinity, infinity}, not_a_number);
  expect("hypot", 0, {least, 0}, 1), expect("hypot", 0, {0, 0}, 0), expect("hypot", 0, {not_a_number, 1}, not_a_number);
  expect("atan2", 0, {infinity, -infinity}, 0);
  expect("pow", 0, {0.5, infinity}, 0), expect("pow", 0, {2, -infinity}, 0), expect("pow", 0, {0, infinity}, 0);
  expect("pow", 0, {2, infinity}, infinity), expect("pow", 0, {infinity, 2}, infinity), expect("pow", 0, {infinity, 0.5}, 0);
  expect("pow", 0, {infinity, 1}, 1), expect("pow", 0, {infinity, -1}, 0), expect("pow", 1, {infinity, -1}, 0);
  expect("pow", 1, {infinity, 2}, infinity), expect("pow", 1, {0.5, infinity}, 0), expect("pow", 1, {2, -infinity}, 0);
}

TEST_CASE("careful at the edges") {
  const auto slope = [](std::string_view name, int i, double a, double b = 0, double c = 0) {
    const double x[] = {a, b, c};
    const auto* op = find_operation(name);
    return op->partial(i, x, op->value(x));
  };
  CHECK(sigmoid(1000.0) == 1.0);
  CHECK(sigmoid(-1000.0) == 0.0);
  CHECK(sigmoid(-700.0) == doctest::Approx(std::exp(-700.0)));
  CHECK(softplus(1000.0) == 1000.0);
  CHECK(softplus(-1000.0) == 0.0);
  CHECK(log_sigmoid(-1000.0) == -1000.0);
  CHECK(log_sigmoid(1000.0) == 0.0);
  for (auto name : {"sigmoid", "softplus", "log_sigmoid", "silu", "gelu", "mish", "tanh", "elu", "erf"})
    for (double x : {-1000.0, 1000.0}) CHECK_MESSAGE(std::isfinite(slope(name, 0, x, 1.0)), name);
  CHECK(logaddexp(1000.0, 1001.0) == doctest::Approx(1001 + std::log1p(std::exp(-1.0))));
  CHECK(slope("expm1", 0, -50) == std::exp(-50.0));
  CHECK(polygamma(2, 1e-200) == -infinity);  // -2/x³
  CHECK(polygamma(3, 1e-200) == infinity);

  graph g;
  const auto tiny = input(1e-20), zero = input(0.0), huge = input(1e300), minus = input(-2.0);
  CHECK(log1p(tiny).value() == 1e-20);
  CHECK(expm1(tiny).value() == 1e-20);
  CHECK(hypot(huge, huge).value() == doctest::Approx(std::sqrt(2.0) * 1e300));
  CHECK(gradient(hypot(huge, huge), wrt(huge))[0] == doctest::Approx(std::sqrt(2.0)));
  CHECK(gradient(hypot(zero, zero), wrt(zero))[0] == 0);
  CHECK(gradient(atan2(huge, huge), wrt(huge))[0] == doctest::Approx(0));

  SUBCASE("pow") {
    CHECK(pow(zero, zero).value() == 1);
    CHECK(gradient(pow(zero, 0.0), wrt(zero))[0] == 0);
    CHECK(gradient(pow(zero, 1.0), wrt(zero))[0] == 1);
    CHECK(gradient(pow(zero, 2.0), wrt(zero))[0] == 0);
    CHECK(gradient(pow(zero, 0.5), wrt(zero))[0] == infinity);
    CHECK(gradient(pow(2.0, zero), wrt(zero))[0] == std::log(2.0));
    CHECK(gradient(pow(0.0, input(3.0)), wrt(zero))[0] == 0);
    const auto b = input(3.0);
    CHECK(gradient(pow(0.0, b), wrt(b))[0] == 0);
    CHECK(gradient(pow(minus, 3), wrt(minus))[0] == 12);
    CHECK(gradient(pow(minus, -1.0), wrt(minus))[0] == -0.25);
    CHECK(std::isnan(gradient(pow(minus, b), wrt(b))[0]));
    CHECK(gradient(pow(minus, b), wrt(minus))[0] == 12);
  }
  SUBCASE("kinks have the documented slope, which lies between the one-sided ones") {
    CHECK(gradient(abs(zero), wrt(zero))[0] == 0);
    CHECK(gradient(relu(zero), wrt(zero))[0] == 0);
    CHECK(gradient(leaky_relu(zero, 0.01), wrt(zero))[0] == 0.01);
    CHECK(gradient(elu(zero, 1.0), wrt(zero))[0] == 1);
    const auto same = input(0.0);
    CHECK(gradient(max(zero, same), wrt(zero, same)) == std::array{0.5, 0.5});
    CHECK(gradient(min(zero, same), wrt(zero, same)) == std::array{0.5, 0.5});
    CHECK(gradient(clamp(zero, 0.0, 1.0), wrt(zero))[0] == 1);
    CHECK(step(0.0) == 0);
  }
  SUBCASE("NaN is never swallowed") {
    CHECK(std::isnan(max(not_a_number, 1.0)));
    CHECK(std::isnan(max(1.0, not_a_number)));
    CHECK(std::isnan(min(not_a_number, 1.0)));
    CHECK(std::isnan(relu(not_a_number)));
    CHECK(std::isnan(step(not_a_number)));
    CHECK(std::isnan(sign(not_a_number)));
    CHECK(std::isnan(clamp(not_a_number, 0.0, 1.0)));
    CHECK(relu(-infinity) == 0);
    CHECK(step(-infinity) == 0);
  }
}

TEST_CASE("a remainder and its slope mean the same quotient, where the quotient is rounded to the next whole number") {
  int rounded = 0;
  for (const double b : {0.1, 0.3, -0.1, 1e-3, 7.0})
    for (int k = -300; k <= 300; ++k) {
      const double a = k * std::abs(b);
      graph g;
      const scalar x = input(a), y = input(b), r = fmod(x, y);
      backward(r);
      CAPTURE(a);
      CAPTURE(b);
      CHECK(r.value() == std::fmod(a, b));
      CHECK(std::abs(a + grad(y) * b - r.value()) < 1e-9 * std::abs(b));
      rounded += grad(y) != -std::trunc(a / b);
    }
  CHECK(rounded > 50);
}
