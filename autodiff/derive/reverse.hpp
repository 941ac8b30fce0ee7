#pragma once
// Reverse mode: one sweep over the record, from the output back, gives the derivative of the output by every node.
//
//   backward(J);                                   // the adjoint of every node stays in the graph
//   grad(a);                                       // dJ/da, also of intermediate nodes
//   auto [da, db] = gradient(J, wrt(a, b));        // backward and grad in one call
//
// The sweep is a loop, in time proportional to the number of nodes up to the output, and each call starts from zero. A node whose
// adjoint is 0 contributes nothing to its operands, even where a local derivative is infinite: the slope of 0 * sqrt(x) at x = 0 is 0.

#include <array>
#include <autodiff/write/traced.hpp>
#include <span>
#include <vector>

namespace seegrad {

/// Sets the adjoint of every node of the active graph to the derivative of `seed` * y by it. Throws if y is a constant.
auto backward(const scalar& y, double seed = 1.0) -> void;
/// The same for weights[0] * ys[0] + weights[1] * ys[1] + …, in one sweep: a vector-Jacobian product. Constants among the ys are passed over.
auto backward(std::span<const scalar> ys, std::span<const double> weights) -> void;

auto grad_slowly(const scalar& x) -> double;
/// The adjoint that the last sweep left at x: 0 if no path leads from x to its outputs. Throws if x is a constant, or was
/// recorded after the sweep.
inline auto grad(const scalar& x) -> double {
  if (const auto* g = graph::recording(x.ref())) [[likely]]
    if (const auto k = g->id(x.ref(), "grad"); g->swept(k)) return g->adjoint(k);
  return grad_slowly(x);
}
/// Whether that adjoint is a number, a structural zero, or not computed.
auto grad_state(const scalar& x) -> adjoint_state;

/// The variables to differentiate by, in the order in which the derivatives are wanted.
auto wrt(const std::same_as<scalar> auto&... x) -> std::array<scalar, sizeof...(x)> { return {x...}; }

/// A vector, a span, a C array of scalars.
template <class R>
concept scalar_range = requires(const R& r) { std::span<const scalar>(r); };

auto gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<double>;

/// dy/dx for each x. A y that is a constant has the gradient 0.
template <std::size_t N>
auto gradient(const scalar& y, const std::array<scalar, N>& xs) -> std::array<double, N> {
  std::array<double, N> g{};
  const auto all = gradient(y, std::span<const scalar>(xs));
  for (std::size_t i = 0; i < N; ++i) g[i] = all[i];
  return g;
}
template <scalar_range R>
auto gradient(const scalar& y, const R& xs) -> std::vector<double> {
  return gradient(y, std::span<const scalar>(xs));
}

/// The gradient of weights · ys by each x.
auto vjp(std::span<const scalar> ys, std::span<const double> weights, std::span<const scalar> xs) -> std::vector<double>;

}  // namespace seegrad
