#pragma once
// Gradients of a function of scalars, set against central differences of the same function with plain inputs.

#include <autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <vector>

namespace seegrad {

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

/// Four-point central differences: for a step h and a smooth f of size 1 their error is some 1e-11 at h = 1e-3.
template <class F>
auto check_against_differences(F f, const std::vector<double>& x, double tolerance = 1e-8) -> void {
  const auto found = value_and_gradient(f, x);
  CHECK(found[0] == plain_value(f, x));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double h = 1e-3 * std::max(1.0, std::abs(x[i]));
    const auto at = [&](double steps) {
      auto moved = x;
      moved[i] += steps * h;
      return plain_value(f, moved);
    };
    const double expected = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    CAPTURE(i);
    CHECK(found[i + 1] == doctest::Approx(expected).epsilon(tolerance));
  }
}

}  // namespace seegrad
