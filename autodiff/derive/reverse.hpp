#pragma once
// Reverse mode: one sweep over the record, from the output back, gives the derivative of the output by every node.
//
//   backward(J);                                   // the adjoint of every node stays in the graph
//   grad(a);                                       // dJ/da, also of intermediate nodes
//   auto [da, db] = gradient(J, wrt(a, b));        // these alone; what backward() left stays
//   const adjoints a = reverse(J);                 // a set of its own (see graph/adjoints.hpp)
//
// The sweep is a loop, in time proportional to the number of nodes up to the output, for gradient() from the first variable on, and each
// call starts from zero. An exact 0 on a
// path wins, as an adjoint or as a local derivative, even where the other is infinite: the slope of 0 * sqrt(x) at x = 0 is 0.

#include <array>
#include <autodiff/derive/sweep.hpp>
#include <autodiff/trace/tensor.hpp>
#include <span>
#include <tuple>
#include <vector>

namespace seegrad {

namespace detail {
/// Throws, in the name of `who`, unless the handle is to a node of the active graph.
auto require_node(node_ref r, const char* who) -> void;
}  // namespace detail

/// Sets the adjoint of every node of the active graph to the derivative of `seed` * y by it. Throws if y is a constant.
auto backward(const scalar& y, double seed = 1.0) -> void;
/// The same for weights[0] * ys[0] + weights[1] * ys[1] + …, in one sweep: a vector-Jacobian product. Constants among the ys are passed over.
auto backward(std::span<const scalar> ys, std::span<const double> weights) -> void;
/// Of the sum of the ys.
auto backward(std::span<const scalar> ys) -> void;

/// The same for an array of one element; and for any array y, the adjoints of the sum of seed * y, where `seed` can be repeated to the
/// shape of y. Throws if y is a constant, or has more elements and no seed is given.
auto backward(const tensor& y, adjoints::kept kept = adjoints::all) -> void;
auto backward(const tensor& y, const array& seed, adjoints::kept kept = adjoints::all) -> void;

/// The same adjoints in a set of their own: the graph is only read, and several threads may do so.
auto reverse(const graph& g, const scalar& y, double seed = 1.0) -> adjoints;
auto reverse(const graph& g, const tensor& y, adjoints::kept kept = adjoints::all) -> adjoints;
auto reverse(const graph& g, const tensor& y, const array& seed, adjoints::kept kept = adjoints::all) -> adjoints;
/// Of the active graph.
inline auto reverse(const scalar& y, double seed = 1.0) -> adjoints { return reverse(graph::active(), y, seed); }
inline auto reverse(const tensor& y, adjoints::kept kept = adjoints::all) -> adjoints {
  return reverse(graph::active(), y, kept);
}
inline auto reverse(const tensor& y, const array& seed, adjoints::kept kept = adjoints::all) -> adjoints {
  return reverse(graph::active(), y, seed, kept);
}

namespace detail {
/// Only as far as is needed for the xs; without a seed for an array of one element.
auto reverse_to(std::span<const node_ref> xs, const tensor& y, const array* seed, std::string_view who) -> adjoints;

auto grad_slowly(const scalar& x) -> double;
}  // namespace detail

/// The adjoint that the last sweep left at x: 0 if no path leads from x to its outputs. Throws if x is a constant, or was
/// recorded after the sweep.
inline auto grad(const scalar& x) -> double {
  if (const auto* g = graph::recording(x.ref())) [[likely]]
    if (const auto k = g->id(x.ref(), "grad"); g->swept(k)) return g->adjoint(k);
  return detail::grad_slowly(x);
}
/// The same for an array, in its shape and type; zeros if no path leads from x to the outputs. Throws as well if the sweep was told not to
/// keep it.
auto grad(const tensor& x) -> array;

namespace detail {
/// Throws, in the name of `who`, if the two differ.
auto need_room(std::size_t variables, std::size_t numbers, std::string_view who) -> void;
template <class X>
auto read_gradients(std::span<const X> xs, std::span<double> into) -> void {
  need_room(xs.size(), into.size(), "gradients");
  const auto& g = graph::active();
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const auto* found = g.quick_adjoint(xs[i].ref());
    into[i] = found ? *found : grad_slowly(xs[i]);
  }
}
}  // namespace detail

/// Those of all xs, into memory of the caller's. Throws as grad does, or if the lengths differ.
auto gradients(std::span<const scalar> xs, std::span<double> into) -> void;
/// Whether that adjoint is a number, a structural zero, or not computed.
auto grad_state(const scalar& x) -> adjoint_state;
auto grad_state(const tensor& x) -> adjoint_state;

/// The variables to differentiate by, in the order in which the derivatives are wanted.
auto wrt(const std::same_as<scalar> auto&... x) -> std::array<scalar, sizeof...(x)> { return {x...}; }

auto wrt(const std::same_as<tensor> auto&... x) -> std::array<tensor, sizeof...(x)> { return {x...}; }
/// Scalars and tensors mixed.
template <class... X>
  requires((std::same_as<X, scalar> || std::same_as<X, tensor>) && ...) && (std::same_as<X, scalar> || ...) &&
          (std::same_as<X, tensor> || ...)
auto wrt(const X&... x) -> std::tuple<X...> {
  return {x...};
}

namespace detail {
/// A vector, a span, a C array of scalars.
template <class R>
concept scalar_range = requires(const R& r) { std::span<const scalar>(r); };
}  // namespace detail

/// dy/dx for each of a list of variables. A y that is a constant has the gradient 0. Throws if an x is a constant.
auto gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<double>;
/// Into memory of the caller's. Throws if the lengths differ.
auto gradient(const scalar& y, std::span<const scalar> xs, std::span<double> into) -> void;
/// By one variable.
inline auto gradient(const scalar& y, const scalar& x) -> double {
  double slope = 0;
  gradient(y, {&x, 1}, {&slope, 1});
  return slope;
}

/// dy/dx for each x. A y that is a constant has the gradient 0.
template <std::size_t N>
auto gradient(const scalar& y, const std::array<scalar, N>& xs) -> std::array<double, N> {
  std::array<double, N> g{};
  gradient(y, std::span<const scalar>(xs), g);
  return g;
}
template <detail::scalar_range R>
auto gradient(const scalar& y, const R& xs) -> std::vector<double> {
  return gradient(y, std::span<const scalar>(xs));
}

/// dy/dx for each tensor x, in its shape. y has one element.
auto gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<array>;
template <std::size_t N>
auto gradient(const tensor& y, const std::array<tensor, N>& xs) -> std::array<array, N> {
  std::array<array, N> g{};
  auto all = gradient(y, std::span<const tensor>(xs));
  for (std::size_t i = 0; i < N; ++i) g[i] = std::move(all[i]);
  return g;
}
/// double for a scalar, array for a tensor.
template <class... X>
auto gradient(const tensor& y, const std::tuple<X...>& xs) {
  const auto refs = std::apply([](const auto&... x) { return std::array{x.ref()...}; }, xs);
  const auto a = detail::reverse_to(refs, y, nullptr, "gradient");
  return std::apply([&](const auto&... x) { return std::tuple(a.of(x)...); }, xs);
}
inline auto gradient(const tensor& y, const tensor& x) -> array { return gradient(y, std::array{x})[0]; }

namespace detail {
/// What xs get of the cotangent `seed` of y, a vector-Jacobian product.
auto vjp_of_array(const tensor& y, const array& seed, std::span<const tensor> xs) -> std::vector<array>;
}  // namespace detail

/// What the xs get of the cotangent of y, in the shape of y; an array for each x in its shape.
template <std::same_as<tensor> Y>  // An empty pair of braces is not a tensor here.
auto vjp(const Y& y, const array& seed, std::span<const tensor> xs) -> std::vector<array> {
  return detail::vjp_of_array(y, seed, xs);
}

/// The gradient of weights · ys by each x.
auto vjp(std::span<const scalar> ys, std::span<const double> weights, std::span<const scalar> xs) -> std::vector<double>;

}  // namespace seegrad
