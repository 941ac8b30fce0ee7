#pragma once
// Derivatives that are themselves recorded, and so can be differentiated again.
//
//   scalar x = input(0.5), y = sin(x) * x;
//   auto [d1] = recorded_gradient(y, wrt(x));     // scalars in the same graph
//   auto [d2] = recorded_gradient(d1, wrt(x));
//   double d3 = gradient(d2, wrt(x))[0];          // third derivative
//
// The rules are the paragraphs again, instantiated with handles. Factors known to be 0, 1 or -1 are not recorded. By a constant the
// derivative is 0.
//
// Where one variable was computed from another, each derivative is the total one: of y = x * z with z = x * x by x it is 3 x², what a change
// of x does to y by every way. The partial one, z * 1, holds the other variables as they are; it is that of a function by its arguments:
//
//   auto [dx, dz] = recorded_gradient([](scalar x, scalar z) { return x * z; }, x, z);   // z and x
//
// The function is called with nodes of its own in the place of the arguments, and the sweep goes over what it recorded and no further:
// its cost is that of the function, however long the record around it is.

#include <algorithm>
#include <autodiff/derive/vector_mode.hpp>
#include <concepts>
#include <functional>

namespace seegrad {

/// dy/dx for each x, as nodes, which can be differentiated again. Throws if an x is a constant.
auto recorded_gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<scalar>;
/// By one variable.
inline auto recorded_gradient(const scalar& y, const scalar& x) -> scalar {
  return recorded_gradient(y, std::span<const scalar>(&x, 1))[0];
}

namespace detail {
/// A node of its own with the value of x and, if x is recorded, its derivative.
auto argument(const scalar& x) -> scalar;
auto argument(const tensor& x) -> tensor;
}  // namespace detail

/// Of f(x…) by its arguments alone, the others held.
template <class F, std::derived_from<scalar> X, std::same_as<X>... Rest>
  requires std::invocable<F&, const X&, const Rest&...>
auto recorded_gradient(F&& f, const X& x, const Rest&... rest) -> std::array<X, 1 + sizeof...(Rest)> {
  const std::array<scalar, 1 + sizeof...(Rest)> arguments{detail::argument(x), detail::argument(rest)...};
  const scalar y = std::apply([&](const auto&... a) -> scalar { return f(X(a)...); }, arguments);
  std::array<X, 1 + sizeof...(Rest)> out;
  const auto slopes = recorded_gradient(y, std::span<const scalar>(arguments));
  std::copy(slopes.begin(), slopes.end(), out.begin());
  return out;
}
/// The same of a function of a list of numbers, f(std::vector).
template <class F, detail::scalar_range R>
  requires std::invocable<F&, const std::vector<scalar>&>
auto recorded_gradient(F&& f, const R& xs) -> std::vector<scalar> {
  std::vector<scalar> arguments;
  for (const auto& x : std::span<const scalar>(xs)) arguments.push_back(detail::argument(x));
  return recorded_gradient(scalar(f(std::as_const(arguments))), arguments);
}

/// Of seeds[0] * ys[0] + seeds[1] * ys[1] + …, in one sweep. Throws if ys and seeds differ in length.
auto recorded_vjp(std::span<const scalar> ys, std::span<const scalar> seeds, std::span<const scalar> xs) -> std::vector<scalar>;

/// Of an array of one element by arrays, each in the shape of its x. Throws for a y of more elements.
auto recorded_gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<tensor>;
/// Of the sum of seed * y.
auto recorded_vjp(const tensor& y, const tensor& seed, std::span<const tensor> xs) -> std::vector<tensor>;

template <std::size_t N>
auto recorded_gradient(const scalar& y, const std::array<scalar, N>& xs) -> std::array<scalar, N> {
  std::array<scalar, N> g{};
  const auto all = recorded_gradient(y, std::span<const scalar>(xs));
  for (std::size_t i = 0; i < N; ++i) g[i] = all[i];
  return g;
}
inline auto recorded_gradient(const tensor& y, const tensor& x) -> tensor {
  return recorded_gradient(y, std::span<const tensor>(&x, 1))[0];
}
template <std::size_t N>
auto recorded_gradient(const tensor& y, const std::array<tensor, N>& xs) -> std::array<tensor, N> {
  std::array<tensor, N> g;
  auto all = recorded_gradient(y, std::span<const tensor>(xs));
  for (std::size_t i = 0; i < N; ++i) g[i] = std::move(all[i]);
  return g;
}
template <detail::scalar_range R>
auto recorded_gradient(const scalar& y, const R& xs) -> std::vector<scalar> {
  return recorded_gradient(y, std::span<const scalar>(xs));
}

/// The second derivatives of y, as the Jacobian of the recorded gradient. Leaves the graph as it was.
auto hessian(const scalar& y, std::span<const scalar> xs) -> array;

/// The Hessian of y times v, by one sweep more. Leaves the graph as it was. Throws if xs and v differ in length.
auto hessian_vector(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> std::vector<double>;
/// Its products with several vectors, which are the rows of [k, number of xs], as vjp_batch makes them: row i is hessian_vector(y, xs, row i).
auto hvp_batch(const scalar& y, std::span<const scalar> xs, const array& vectors) -> array;

namespace detail {
/// The shape of y, then that of x, whose derivatives row(seed) are, of the element of y that the seed has as 1.
auto jacobian_by_rows(const array& y, const array& x, const std::function<array(array)>& row) -> array;
}  // namespace detail

/// dy/dx of arrays: the shape of y, then that of x. One sweep an element of y.
auto jacobian(const tensor& y, const tensor& x) -> array;
/// The second derivatives of y, which has one element: the shape of x twice. Leaves the graph as it was.
auto hessian(const tensor& y, const tensor& x) -> array;
/// The Hessian times `v`, which has the shape of x, by one more sweep. Leaves the graph as it was.
auto hessian_vector(const tensor& y, const tensor& x, const array& v) -> array;

/// The field's short name for hessian_vector.
inline auto hvp(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> std::vector<double> {
  return hessian_vector(y, xs, v);
}
inline auto hvp(const tensor& y, const tensor& x, const array& v) -> array { return hessian_vector(y, x, v); }

}  // namespace seegrad
