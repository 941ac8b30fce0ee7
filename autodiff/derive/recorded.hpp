#pragma once
// Derivatives that are themselves recorded, and so can be differentiated again.
//
//   scalar x = input(0.5), y = sin(x) * x;
//   auto [d1] = recorded_gradient(y, wrt(x));     // scalars in the same graph
//   auto [d2] = recorded_gradient(d1, wrt(x));
//   double d3 = gradient(d2, wrt(x))[0];          // third derivative
//
// The rules are the paragraphs again, instantiated with handles. Factors known to be 0 or 1 are not recorded.

#include <autodiff/derive/reverse.hpp>

namespace seegrad {

auto recorded_gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<scalar>;
/// By one variable.
inline auto recorded_gradient(const scalar& y, const scalar& x) -> scalar {
  return recorded_gradient(y, std::span<const scalar>(&x, 1))[0];
}
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
template <scalar_range R>
auto recorded_gradient(const scalar& y, const R& xs) -> std::vector<scalar> {
  return recorded_gradient(y, std::span<const scalar>(xs));
}

/// A dense matrix, row by row.
struct matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> data;

  matrix(std::size_t r, std::size_t c) : rows(r), columns(c), data(r * c) {}
  auto operator()(std::size_t i, std::size_t j) -> double& { return data[i * columns + j]; }
  auto operator()(std::size_t i, std::size_t j) const -> double { return data[i * columns + j]; }
};

/// Row i holds the derivatives of ys[i]; one sweep a row.
auto jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> matrix;
/// The second derivatives of y, by recording the gradient and sweeping once for each x. Leaves the graph as it was.
auto hessian(const scalar& y, std::span<const scalar> xs) -> matrix;

/// dy/dx of arrays: the shape of y, then that of x. One sweep an element of y.
auto jacobian(const tensor& y, const tensor& x) -> array;
/// The second derivatives of y, which has one element: the shape of x twice. Leaves the graph as it was.
auto hessian(const tensor& y, const tensor& x) -> array;
/// The Hessian times `v`, which has the shape of x, by one more sweep. Leaves the graph as it was.
auto hessian_vector(const tensor& y, const tensor& x, const array& v) -> array;

}  // namespace seegrad
