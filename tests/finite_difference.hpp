#pragma once
// Central differences, and gradients of a function of scalars set against them.

#include <autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <vector>

namespace seegrad {

/// The slope of f at 0 by four-point central differences: for a smooth f of size 1 the error is about h^4 f⁗⁗ / 30 + 1e-16 / h, some 1e-11
/// or 1e-12. `f` may give an array.
template <class F>
auto difference(F f, double h = 1e-3) {
  return (8.0 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

/// Records y = f(x), and returns y, dy/dx[0], dy/dx[1], …. `f` takes a const std::vector<scalar>&.
template <class F>
auto value_and_gradient(F f, const std::vector<double>& x) -> std::vector<double> {
  graph g;
  std::vector<scalar> in;
  for (const double v : x) in.push_back(input(v));
  const scalar y = f(in);
  auto out = gradient(y, in);
  out.insert(out.begin(), y.value());
  return out;
}

/// The value alone, with constants for inputs, so that nothing is recorded.
template <class F>
auto plain_value(F f, const std::vector<double>& x) -> double {
  return f(std::vector<scalar>(x.begin(), x.end())).value();
}

template <class F>
auto check_against_differences(F f, const std::vector<double>& x, double tolerance = 1e-8) -> void {
  const auto found = value_and_gradient(f, x);
  CHECK(found[0] == plain_value(f, x));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double h = 1e-3 * std::max(1.0, std::abs(x[i]));
    const auto at = [&](double step) {
      auto moved = x;
      moved[i] += step;
      return plain_value(f, moved);
    };
    const double expected = difference(at, h);
    CAPTURE(i);
    CHECK(found[i + 1] == doctest::Approx(expected).epsilon(tolerance));
  }
}

}  // namespace seegrad
