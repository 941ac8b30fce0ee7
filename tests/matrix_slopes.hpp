#pragma once
// Matrices for the tests of linear algebra, and slopes of functions of them, set against differences.

#include <autodiff/autodiff.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/derive/forward.hpp>
#include <autodiff/derive/recorded.hpp>
#include <doctest/doctest.h>
#include <random>
#include <string>

#include "finite_difference.hpp"

namespace seegrad {

inline auto random_values(const dims& shape, unsigned seed) -> array {
  std::mt19937 bits(seed);
  auto a = zeros(shape);
  for (auto& v : a.writable<double>()) v = 2.0 * bits() / 4294967296.0 - 1;
  return a;
}
inline auto positive_definite(const dims& shape, unsigned seed) -> array {
  const auto m = random_values(shape, seed);
  return matmul(m, transpose(m)) + 0.3 * eye(shape.back());
}
inline auto close(const array& a, const array& b, double tolerance = 1e-12) -> bool {
  return all_close(a, b, tolerance, tolerance);
}
inline auto unit_of(const array& like) -> array { return expand(eye(like.shape().back()), like.shape()); }

// Sums with weights that no symmetry of a factor hides.
template <class X>
auto weighed(const X& x, unsigned seed = 77) -> X {
  return sum(x * random_values(x.shape(), seed));
}

template <class F>
auto gradient_of(F f, const array& x) -> array {
  graph g;
  const auto in = input(x);
  return gradient(f(in), std::array{in})[0];
}

template <class F>
auto check_slopes(F f, const array& x, double tolerance = 1e-8) -> void {
  const auto found = gradient_of(f, x);
  REQUIRE(found.shape() == x.shape());
  auto expected = zeros(x.shape());
  for (index_t i = 0; i < x.size(); ++i) {
    const auto moved = [&](double by) {
      auto m = x.copy();
      m.writable<double>()[static_cast<std::size_t>(i)] += by;
      return f(m).item();
    };
    expected.writable<double>()[static_cast<std::size_t>(i)] = difference(moved);
  }
  CHECK(close(found, expected, tolerance));
}

// The Hessian along a direction, by a sweep over the recorded gradient and by forward mode over it, against differences of
// gradients.
template <class F>
auto check_curvature(F f, const array& x, double tolerance = 1e-7) -> void {
  const auto v = random_values(x.shape(), 5);
  const auto expected = difference([&](double by) { return gradient_of(f, x + by * v); });
  graph g;
  const auto in = input(x);
  const auto y = f(in);
  CHECK(close(hessian_vector(y, in, v), expected, tolerance));
  const auto slope = recorded_gradient(y, std::array{in})[0];
  const array along[] = {v};
  const tensor by[] = {in};
  CHECK(close(jvp(slope, by, along), expected, tolerance));
}

template <class F>
auto check_both(F f, const array& x, double tolerance = 1e-8) -> void {
  check_slopes(f, x, tolerance);
  check_curvature(f, x, 10 * tolerance);
}

}  // namespace seegrad
