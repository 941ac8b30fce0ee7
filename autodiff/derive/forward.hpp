#pragma once
// Forward mode: the derivative along a direction, carried from the inputs on.
//
// Of a function written as a template, with dual numbers and no graph:
//
//   auto f = [](const auto& x) { return sin(x[0]) * x[1]; };
//   auto [value, slope] = jvp(f, {0.5, 2.0}, {1.0, 0.0});
//
// Of a recorded graph, by a sweep over the record:
//
//   double slope = jvp(y, wrt(a, b), std::array{1.0, 0.0});

#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/pointwise/dual.hpp>

namespace seegrad {

/// f(x) and its derivative along v; f takes a std::vector of the number type. Throws if x and v differ in length.
template <class F>
auto jvp(F&& f, const std::vector<double>& x, const std::vector<double>& v) -> dual<> {
  if (x.size() != v.size()) throw error("jvp: the point and the direction differ in length");
  std::vector<dual<>> in;
  for (std::size_t i = 0; i < x.size(); ++i) in.push_back({x[i], v[i]});
  return f(in);
}

/// The derivative of y along the direction that changes xs[i] at the rate v[i]. Throws if xs and v differ in length.
auto jvp(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> double;

/// Of several results, in one sweep. Along several directions at once: jvp_batch (vector_mode.hpp).
auto jvp(std::span<const scalar> ys, std::span<const scalar> xs, std::span<const double> v) -> std::vector<double>;

/// The same for arrays: the change of y when xs[i] changes by directions[i], which has its shape. An operation linear in an operand is
/// applied to the tangent; for one that is not, its vjp, which is linear in the cotangent, is transposed by differentiating it.
auto jvp(const tensor& y, std::span<const tensor> xs, std::span<const array> directions) -> array;

}  // namespace seegrad
