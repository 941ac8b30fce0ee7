// Derivatives of callables, held against formulas.

#include <Eigen/LU>
#include <array>
#include <autodiff/autodiff.hpp>
#include <autodiff/trace/eigen.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <tuple>

#include "message.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

constexpr auto rosenbrock = [](const auto& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); };
// By hand: -2 (1 - x) - 400 x (y - x²), 200 (y - x²).
auto slope_of_rosenbrock(double x, double y) -> std::array<double, 2> {
  return {-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)};
}

template <class T>
struct oscillator {
  T mass, stiffness;
  std::array<T, 2> state;
  int steps = 1;
};
struct energy {
  template <class T>
  auto operator()(const oscillator<T>& o) const -> T {
    return o.steps * (o.mass * square(o.state[1]) + o.stiffness * square(o.state[0])) / 2;
  }
};

}  // namespace

TEST_CASE("one variable, several, and data among them") {
  auto [y, dy] = value_and_gradient([](auto x) { return x * sin(x); }, 2.0);
  static_assert(std::same_as<decltype(dy), double>);
  CHECK(y == 2 * std::sin(2.0));
  CHECK(dy == Approx(std::sin(2.0) + 2 * std::cos(2.0)));
  const auto [by_x, by_k] = gradient([](auto x, int n, auto k) { return k * pow(x, n); }, 2.0, 3, 5.0);
  CHECK(by_x == Approx(5 * 3 * 4));
  CHECK(by_k == Approx(8));
  CHECK(gradient([](auto x) { return 3.0 + 0 * x.value(); }, 1.0) == 0);
  CHECK(gradient([](auto) { return 3; }, 1.0) == 0);
  static_assert(std::same_as<decltype(gradient([](auto x) { return x; }, 1.0f)), float>);
}

TEST_CASE("vectors, arrays and spans") {
  const auto slope = slope_of_rosenbrock(-1.5, 0.5);
  const std::vector<double> v = {-1.5, 0.5};
  const auto [y, dv] = value_and_gradient(rosenbrock, v);
  static_assert(std::same_as<decltype(dv), const std::vector<double>>);
  CHECK(y == 6.25 + 100 * 1.75 * 1.75);
  CHECK(dv[0] == Approx(slope[0]));
  CHECK(dv[1] == Approx(slope[1]));
  const std::array<double, 2> da = gradient(rosenbrock, std::array{-1.5, 0.5});
  CHECK(da[0] == dv[0]);
  CHECK(gradient(rosenbrock, std::span<const double>(v)) == dv);
  double into[2];
  CHECK(value_and_gradient_into(into, rosenbrock, v) == y);
  CHECK(into[0] == dv[0]);
  CHECK(into[1] == dv[1]);
  CHECK(message_of([&] { value_and_gradient_into(std::span(into, 1), rosenbrock, v); }) ==
        "value_and_gradient_into: 2 numbers in x, and room for 1; give room for as many");
  const std::vector<std::array<double, 2>> points = {{1, 2}, {3, 4}};
  const auto dp = gradient([](const auto& p) { return p[0][0] * p[1][1] + p[0][1]; }, points);
  CHECK(dp == std::vector<std::array<double, 2>>{{4, 1}, {0, 1}});
  CHECK(gradient([](const auto& p) { return p[0].first * p[0].second; }, std::vector{std::pair(2.0, 3)})[0] == std::pair(3.0, 3));
}

TEST_CASE("structs of numbers") {
  const oscillator<double> o{2.0, 8.0, {0.5, -3.0}, 3};
  const auto [E, d] = value_and_gradient(energy{}, o);
  static_assert(std::same_as<decltype(d), const oscillator<double>>);
  CHECK(E == 3 * (2 * 9 + 8 * 0.25) / 2);
  CHECK(d.mass == 13.5);
  CHECK(d.stiffness == 0.375);
  CHECK(d.state == std::array{12.0, -18.0});
  CHECK(d.steps == 3);
}

TEST_CASE("Eigen in, Eigen out") {
  const Eigen::Vector2d x(-1.5, 0.5);
  const auto [y, dx] = value_and_gradient(rosenbrock, x);
  static_assert(std::same_as<decltype(dx), const Eigen::Vector2d>);
  CHECK(dx[0] == Approx(slope_of_rosenbrock(-1.5, 0.5)[0]));
  const Eigen::VectorXd long_x = 2 * Eigen::VectorXd::Ones(3);
  const Eigen::VectorXd dl = gradient([](const auto& v) { return v.dot(v); }, long_x);
  CHECK(dl == 2 * long_x);
  CHECK(gradient([](const auto& v) { return v.dot(v); }, long_x + long_x) == 4 * long_x);  // an expression
  const Eigen::Matrix2d A{{4, 1}, {1, 3}};
  const Eigen::Matrix2d dA = gradient([](const auto& m) { return m.determinant(); }, A);
  CHECK(dA.isApprox(11 * A.inverse().transpose()));
  const Eigen::Matrix2d H = hessian(rosenbrock, x);
  CHECK(H(0, 0) == Approx(2 + 1200 * 2.25 - 400 * 0.5));
  CHECK(H(0, 1) == Approx(600));
  CHECK(H(1, 1) == Approx(200));
  static_assert(std::same_as<decltype(hessian(rosenbrock, long_x)), Eigen::MatrixXd>);
  const Eigen::Matrix<double, 3, 2> J = jacobian([](const auto& v) { return std::array{v[0] + v[1], v[0] * v[1], 3 * v[1]}; }, x);
  CHECK(J == Eigen::Matrix<double, 3, 2>{{1, 1}, {0.5, -1.5}, {0, 3}});
}

TEST_CASE("arrays") {
  const array W{{1.0, 2.0}, {3.0, 4.0}}, x{5.0, 6.0};
  const auto [y, d] =
      value_and_gradient([](const auto& w, const auto& v, auto scale) { return sum(square(matmul(w, v))) * scale; }, W, x, 2.0);
  CHECK(y == 2 * (17.0 * 17 + 39 * 39));
  const auto& [dW, dx, ds] = d;
  CHECK(identical(dW, array{{4.0 * 17 * 5, 4.0 * 17 * 6}, {4.0 * 39 * 5, 4.0 * 39 * 6}}));
  CHECK(identical(dx, array{4.0 * (17 * 1 + 39 * 3), 4.0 * (17 * 2 + 39 * 4)}));
  CHECK(ds == 17.0 * 17 + 39 * 39);
  CHECK(gradient([](const auto& v) { return mean(v); }, array{1.0, 3.0}.cast(float32)).type() == float32);
  CHECK(contains(message_of([&] { gradient([](const auto& v) { return 2 * v; }, x); }), "a gradient is of one number"));
  CHECK(identical(jacobian([](const auto& v) { return square(v); }, x), array{{10.0, 0.0}, {0.0, 12.0}}));
  CHECK(identical(hessian([](const auto& v) { return sum(v * v * v); }, x), array{{30.0, 0.0}, {0.0, 36.0}}));
  CHECK(identical(hvp([](const auto& v) { return sum(v * v * v); }, x, array{1.0, 2.0}), array{30.0, 72.0}));
  CHECK(identical(vjp([](const auto& v) { return square(v); }, x, array{1.0, 2.0}), array{10.0, 24.0}));
  const auto [value, along] = jvp([](const auto& v) { return square(v); }, x, array{1.0, 2.0});
  CHECK(identical(value, array{25.0, 36.0}));
  CHECK(identical(along, array{10.0, 24.0}));
}

TEST_CASE("Jacobian, Hessian and products of vectors of numbers") {
  const auto f = [](const auto& x) { return std::array{x[0] * x[1], sin(x[0]), x[1] + 0 * x[0]}; };
  const std::vector x = {0.5, 2.0};
  const array J = jacobian(f, x);
  CHECK(J.shape() == dims{3, 2});
  const double by_hand[] = {2.0, 0.5, std::cos(0.5), 0, 0, 1};
  for (std::size_t i = 0; i < 6; ++i) CHECK(J.elements<double>()[i] == Approx(by_hand[i]));
  const auto w = vjp(f, x, std::array{1.0, 2.0, 3.0});
  CHECK(w[0] == Approx(2 + 2 * std::cos(0.5)));
  CHECK(w[1] == Approx(0.5 + 3));
  const auto [y, along] = jvp(f, std::array{0.5, 2.0}, std::array{1.0, -1.0});
  static_assert(std::same_as<decltype(along), const std::array<double, 3>> ||
                std::same_as<decltype(along), std::array<double, 3>>);
  CHECK(y[0] == 1.0);
  CHECK(along[0] == Approx(2 - 0.5));
  CHECK(along[1] == Approx(std::cos(0.5)));
  CHECK(along[2] == Approx(-1));
  const array H = hessian(rosenbrock, std::vector{-1.5, 0.5});
  CHECK(H(0, 0) == Approx(2 + 1200 * 2.25 - 400 * 0.5));
  CHECK(H(1, 0) == Approx(600));
  const auto Hv = hvp(rosenbrock, std::array{-1.5, 0.5}, std::array{1.0, 2.0});
  CHECK(Hv[0] == Approx(H(0, 0) + 2 * H(0, 1)));
  CHECK(Hv[1] == Approx(H(1, 0) + 2 * H(1, 1)));
}

TEST_CASE("derivatives inside of derivatives are not confused") {
  // d/dx [x d/dy (x + y)] = d/dx x = 1 (Siskind and Pearlmutter, Perturbation confusion and referential transparency, 2005).
  CHECK(gradient([](scalar x) { return x * gradient([&](auto y) { return x + y; }, scalar(1.0)); }, 1.0) == 1);
  // d/dx [x d/dy (x y)] at y = x: x · x, 2 x.
  CHECK(gradient([](scalar x) { return x * gradient([&](auto y) { return x * y; }, x); }, 3.0) == 6);
  // Third derivative of x⁴.
  const auto fourth = [](auto x) { return square(square(x)); };
  const auto first = [&](auto x) { return gradient(fourth, x); };
  const auto second = [&](auto x) { return gradient(first, x); };
  CHECK(gradient(second, scalar(2.0).value()) == Approx(24 * 2));
  // Inside of a vector function: the gradient of |grad f|².
  const auto size = [](const auto& x) {
    const auto d = gradient(rosenbrock, x);
    return square(d[0]) + square(d[1]);
  };
  const std::vector<double> at = {-1.5, 0.5};
  const auto by = gradient(size, at);
  const auto d = slope_of_rosenbrock(-1.5, 0.5);
  const auto H = hessian(rosenbrock, at);
  CHECK(by[0] == Approx(2 * (H(0, 0) * d[0] + H(0, 1) * d[1])));
  CHECK(by[1] == Approx(2 * (H(1, 0) * d[0] + H(1, 1) * d[1])));
  // Of arrays: d/dx sum((d/dv sum(x v²)) at v = x) = 2 x², its derivative 4 x.
  const auto outer = [](const tensor& x) { return sum(gradient([&](const tensor& v) { return sum(x * v * v); }, x)); };
  CHECK(identical(gradient(outer, array{1.0, 2.0}), array{4.0, 8.0}));
}

TEST_CASE("errors come through, and leave no graph behind") {
  CHECK(!graph::is_recording());
  CHECK(message_of([] { gradient([](auto x) -> decltype(x) { throw error("from inside"); }, 1.0); }) == "from inside");
  CHECK(!graph::is_recording());
  // A value of another graph cannot be differentiated as a constant without a word.
  CHECK_THROWS_AS(gradient([](scalar x) { return x * gradient([&](auto y) { return x * y; }, 2.0); }, 3.0), error);
}
