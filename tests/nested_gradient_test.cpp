// Gradients inside what is differentiated again, and the ways to ask for several derivatives at once.
#include <autodiff/fused.hpp>

#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("total and partial derivatives") {
  graph g;
  const scalar x = input(2.0), z = x * x, y = x * z;
  const auto total = recorded_gradient(y, wrt(x, z));
  CHECK(total[0].value() == 12);
  CHECK(total[1].value() == 2);
  const auto [dx, dz] = recorded_gradient([](scalar a, scalar b) { return a * b; }, x, z);
  CHECK(dx.value() == 4);
  CHECK(dz.value() == 2);
  // Both depend on x as functions do: z = x² and x.
  CHECK(gradient(dx, x) == 4);
  CHECK(gradient(dz, x) == 1);
  CHECK(gradient(y, x) == 12);
}

TEST_CASE("the function form takes lists, constants, other number types, and functions that use what is around them") {
  graph g;
  const scalar x = input(0.5), c = input(3.0);
  const auto d = recorded_gradient(
      [&](const std::vector<scalar>& v) {
        scalar s = 0.0;
        for (const auto& a : v) s += c * a * a;
        return s;
      },
      std::vector{x, 2 * x, scalar(4.0)});
  REQUIRE(d.size() == 3);
  CHECK(d[0].value() == 3);
  CHECK(d[1].value() == 6);
  CHECK(d[2].value() == 24);
  CHECK(gradient(d[1], c) == 2);
  CHECK(gradient(d[1], x) == 12);
  CHECK(gradient(d[2], x) == 0);
  CHECK(gradient(d[2], c) == 8);

  const fused::scalar u = input(0.25);
  const auto [slope] = recorded_gradient([](const fused::scalar& a) -> fused::scalar { return sin(a) * a; }, u);
  CHECK(slope.value() == doctest::Approx(std::cos(0.25) * 0.25 + std::sin(0.25)));
  CHECK(gradient(slope, u) == doctest::Approx(2 * std::cos(0.25) - 0.25 * std::sin(0.25)));

  const auto [nothing] = recorded_gradient([](scalar) { return scalar(1.0); }, x);
  CHECK(nothing.is_constant());
  CHECK(nothing.value() == 0);
  const auto [unused] = recorded_gradient([&](scalar) { return c * c; }, x);
  CHECK(unused.value() == 0);
}

TEST_CASE("third derivatives by three gradients in each other") {
  graph g;
  const scalar x = input(0.6);
  const auto slope_of = [](auto f) { return [f](scalar a) { return recorded_gradient(f, a)[0]; }; };
  const auto f = [](scalar a) { return exp(a * a); };
  const scalar third = slope_of(slope_of(slope_of(f)))(x);
  const double e = std::exp(0.36), v = 0.6;
  CHECK(third.value() == doctest::Approx(e * (12 * v + 8 * v * v * v)).epsilon(1e-12));
  CHECK(gradient(third, x) == doctest::Approx(e * (12 + 48 * v * v + 16 * v * v * v * v)).epsilon(1e-12));
}

TEST_CASE("a million inner gradients: each costs what its function costs, however long the record is") {
  graph g;
  const scalar a = input(0.9);
  scalar x = 1.0;
  constexpr int steps = 1'000'000;
  std::size_t first = 0;
  for (int i = 0; i < steps; ++i) {
    const auto before = g.size();
    x = x - 0.1 * recorded_gradient([&](scalar u) { return 0.5 * a * u * u - u; }, x)[0];
    if (i == 1) first = g.size() - before;
    else if (i > 1) REQUIRE(g.size() - before == first);
  }
  CHECK(x.value() == doctest::Approx(1 / 0.9));
  CHECK(gradient(x, a) == doctest::Approx(-1 / 0.81));
}

TEST_CASE("by a constant the recorded gradient is 0") {
  graph g;
  const scalar x = input(2.0), k = 3.0;
  const auto d = recorded_gradient(k * x, wrt(k, x));
  CHECK(d[0].value() == 0);
  CHECK(d[0].is_constant());
  CHECK(d[1].value() == 3);
  const tensor t = array{1.0, 2.0};
  CHECK(recorded_gradient(sum(t * x), wrt(t))[0].value().at(1) == 0);
}

TEST_CASE("several outputs, several directions, a Hessian times a vector") {
  graph g;
  const scalar x = input(0.5), z = input(2.0);
  const std::vector ys{x * z, sin(x) * z * z, scalar(7.0)};
  const std::array by{x, z};
  const double s = std::sin(0.5), c = std::cos(0.5);

  const auto change = jvp(ys, by, std::array{1.0, -3.0});
  CHECK(change[0] == 2.0 - 1.5);
  CHECK(change[1] == doctest::Approx(4 * c - 12 * s));
  CHECK(change[2] == 0);
  const auto rows = jvp_batch(ys, by, array{{1.0, 0.0}, {0.0, 1.0}});
  REQUIRE(rows.shape() == dims{2, 3});
  CHECK(rows.at(0, 1) == doctest::Approx(4 * c));
  CHECK(rows.at(1, 1) == doctest::Approx(4 * s));

  backward(ys);
  CHECK(grad(x) == doctest::Approx(2 + 4 * c));
  const scalar w = input(5.0);
  const auto pulled = recorded_vjp(ys, std::vector{w, scalar(2.0), w}, by);
  CHECK(pulled[0].value() == doctest::Approx(10 + 8 * c));
  CHECK(gradient(pulled[0], w) == 2);
  CHECK_THROWS_WITH_AS(recorded_vjp(ys, by, by), doctest::Contains("recorded_vjp: 3 outputs but 2 seeds"), error);

  const auto size = g.size();
  const auto product = hessian_vector(ys[1], by, std::array{1.0, 2.0});
  CHECK(product[0] == doctest::Approx(-4 * s + 2 * 4 * c));
  CHECK(product[1] == doctest::Approx(4 * c + 2 * 2 * s));
  CHECK(g.size() == size);
  CHECK_THROWS_WITH_AS(hessian_vector(ys[1], by, std::array{1.0}),
                       doctest::Contains("hessian_vector: 2 variables but a vector of 1"), error);
}

TEST_CASE("dual numbers mix with what their parts are made of, and answer questions") {
  graph g;
  const scalar a = input(3.0);
  const dual<scalar> x{input(2.0), 1.0};
  const dual<scalar> y = x * a + a / x - sin(a) * x;
  CHECK(y.value.value() == doctest::Approx(6 + 1.5 - 2 * std::sin(3.0)));
  CHECK(y.tangent.value() == doctest::Approx(3 - 0.75 - std::sin(3.0)));
  CHECK(gradient(y.tangent, a) == doctest::Approx(1 - 0.25 - std::cos(3.0)));
  const dual<dual<double>> p{{0.5, 1.0}, {1.0, 0.0}};
  const auto q = p * dual<double>(2.0, 0.0) * p;
  CHECK(q.tangent.tangent == 4);
  CHECK(isfinite(x));
  CHECK_FALSE(isfinite(x / 0.0));
  CHECK(isnan(dual<double>(std::nan(""), 0.0)));
  CHECK(std::numeric_limits<dual<double>>::epsilon().value == std::numeric_limits<double>::epsilon());
  CHECK(std::numeric_limits<dual<scalar>>::is_specialized);
}

TEST_CASE("identity is a node of its own, with the slope 1") {
  graph g;
  const scalar x = input(2.0), y = identity(x);
  CHECK(g.size() == 2);
  CHECK(y.value() == 2);
  CHECK(gradient(y * y, y) == 4);
  CHECK(gradient(y * y, x) == 4);
  CHECK(identity(3.0) == 3);
}
