#include <autodiff/derive/recorded.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/recorded_sweep.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad {

namespace {

// Without the constants, by which a derivative is 0.
template <class T>
auto variables_of(const graph& g, std::span<const T> xs, std::string_view who) -> std::vector<node_id> {
  std::vector<node_id> ids;
  for (const auto& x : xs)
    if (!x.is_constant()) ids.push_back(g.id(x.ref(), who));
  return ids;
}

auto gradient_by(std::span<const scalar> ys, std::span<const scalar> seeds, std::span<const scalar> xs, std::string_view who)
    -> std::vector<scalar> {
  auto& g = graph::active();
  const auto by = variables_of(g, xs, who), of = variables_of(g, ys, who);
  std::vector<scalar> out(xs.size());
  if (of.empty() || by.empty()) return out;
  detail::recorded_sweep sweep(g, by, of);
  for (std::size_t i = 0; i < ys.size(); ++i)
    if (!ys[i].is_constant()) sweep.seed(g.id(ys[i].ref(), who), seeds[i]);
  sweep.run();
  auto next = by.begin();
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (!xs[i].is_constant()) out[i] = sweep.of_number(*next++);
  return out;
}

auto vjp_by(const tensor& y, const tensor& seed, std::span<const tensor> xs, std::string_view who) -> std::vector<tensor> {
  auto& g = graph::active();
  const auto by = variables_of(g, xs, who);
  std::vector<tensor> out(xs.size());
  if (!y.is_constant() && !by.empty()) {
    const auto top = g.id(y.ref(), who);
    detail::recorded_sweep sweep(g, by, {&top, 1});
    sweep.seed(top, g.is_tensor(top) ? expand(seed, y.shape()) : seed);
    sweep.run();
    auto next = by.begin();
    for (std::size_t i = 0; i < xs.size(); ++i)
      if (!xs[i].is_constant()) {
        const auto k = *next++;
        out[i] = g.is_tensor(k) ? sweep.of_array(k) : tensor(sweep.of_number(k));
      }
  }
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (out[i].value().is_null()) out[i] = zeros(xs[i].shape(), xs[i].value().is_floating() ? xs[i].type() : float64);
  return out;
}

}  // namespace

auto detail::argument(const scalar& x) -> scalar {
  return x.is_constant() ? scalar(x.value(), graph::active().append_input(x.value())) : identity(x);
}

auto detail::argument(const tensor& x) -> tensor { return x.is_constant() ? input(x.value()) : identity(x); }

auto recorded_gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<scalar> {
  const scalar one = 1.0;
  return gradient_by({&y, 1}, {&one, 1}, xs, "recorded_gradient");
}

auto recorded_vjp(std::span<const scalar> ys, std::span<const scalar> seeds, std::span<const scalar> xs) -> std::vector<scalar> {
  if (ys.size() != seeds.size())
    throw error(fmt::format("recorded_vjp: {} outputs but {} seeds; give one seed for each output", ys.size(), seeds.size()));
  return gradient_by(ys, seeds, xs, "recorded_vjp");
}

auto recorded_vjp(const tensor& y, const tensor& seed, std::span<const tensor> xs) -> std::vector<tensor> {
  return vjp_by(y, seed, xs, "recorded_vjp");
}

auto recorded_gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<tensor> {
  if (y.size() != 1)
    throw error("recorded_gradient: the output has the shape " + to_string(y.shape()) +
                "; a gradient is of one number: take sum() or mean(), or use recorded_vjp with a seed");
  return vjp_by(y, tensor(1.0), xs, "recorded_gradient");
}

auto hessian(const scalar& y, std::span<const scalar> xs) -> array {
  const rewind_scope temporary;
  return jacobian(recorded_gradient(y, xs), xs);
}

auto hessian_vector(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> std::vector<double> {
  if (xs.size() != v.size())
    throw error(fmt::format("hessian_vector: {} variables but a vector of {} numbers; give one number for each variable",
                            xs.size(), v.size()));
  const rewind_scope temporary;
  return vjp(recorded_gradient(y, xs), v, xs);
}

auto hvp_batch(const scalar& y, std::span<const scalar> xs, const array& vectors) -> array {
  if (vectors.rank() != 2 || vectors.extent(1) != static_cast<index_t>(xs.size()))
    throw error(fmt::format("hvp_batch: vectors are expected as rows of {} numbers, one for each variable; the shape is {}",
                            xs.size(), to_string(vectors.shape())));
  const rewind_scope temporary;
  return vjp_batch(recorded_gradient(y, xs), vectors, xs);
}

// --- arrays ----------------------------------------------------------------------------------------------------------------

auto detail::jacobian_by_rows(const array& y, const array& x, const std::function<array(array)>& row) -> array {
  auto out = zeros(y.shape() + x.shape(), x.type());
  auto seed = array::uninitialized(y.type(), {y.size()});
  for (index_t i = 0; i < y.size(); ++i) {
    detail::fill_elements(seed, 0);
    seed.set(1, i);
    const auto slope = row(seed.copy().reshape(y.shape())).contiguous();
    detail::with_floating(
        x.type(), [&]<class T>(T) { std::copy_n(slope.data<T>(), slope.size(), out.writable<T>().data() + i * x.size()); });
  }
  return out;
}

auto jacobian(const tensor& y, const tensor& x) -> array {
  detail::require_node(x.ref(), "jacobian");
  if (y.is_constant()) return zeros(y.shape() + x.shape(), x.type());
  return detail::jacobian_by_rows(y.value(), x.value(), [&](array seed) { return vjp(y, seed, std::array{x})[0]; });
}

auto hessian(const tensor& y, const tensor& x) -> array {
  const rewind_scope temporary;
  return jacobian(recorded_gradient(y, std::array{x})[0], x);
}

auto hessian_vector(const tensor& y, const tensor& x, const array& v) -> array {
  const rewind_scope temporary;
  const auto slope = recorded_gradient(y, std::array{x})[0];
  return slope.is_constant() ? slope.value() * 0.0 : vjp(slope, v, std::array{x})[0];
}

}  // namespace seegrad
