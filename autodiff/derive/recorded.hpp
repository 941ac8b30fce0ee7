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

template <std::size_t N>
auto recorded_gradient(const scalar& y, const std::array<scalar, N>& xs) -> std::array<scalar, N> {
  std::array<scalar, N> g{};
  const auto all = recorded_gradient(y, std::span<const scalar>(xs));
  for (std::size_t i = 0; i < N; ++i) g[i] = all[i];
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

/// Row i holds the derivatives of ys[i]; one sweep a row. Leaves no adjoints in the graph.
auto jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> matrix;
/// The second derivatives of y, by recording the gradient and sweeping once for each x. Leaves the graph as it was, without adjoints.
auto hessian(const scalar& y, std::span<const scalar> xs) -> matrix;

}  // namespace seegrad
