#include <autodiff/derive/reverse.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/array/view.hpp>
#include <fmt/format.h>

namespace seegrad {

auto backward(const scalar& y, double seed) -> void {
  auto& g = graph::active();
  const auto k = g.id(y.ref(), "backward");
  reverse_sweep::run(g, {&k, 1}, {&seed, 1});
}

auto backward(std::span<const scalar> ys, std::span<const double> weights) -> void {
  if (ys.size() != weights.size())
    throw error(fmt::format("backward: {} outputs but {} weights; give one weight for each output", ys.size(), weights.size()));
  auto& g = graph::active();
  std::vector<node_id> ids;
  std::vector<double> seeds;
  for (std::size_t i = 0; i < ys.size(); ++i)
    if (!ys[i].is_constant()) ids.push_back(g.id(ys[i].ref(), "backward")), seeds.push_back(weights[i]);
  reverse_sweep::run(g, ids, seeds);
}

auto grad_slowly(const scalar& x) -> double {
  const auto& g = graph::active();
  const auto k = g.id(x.ref(), "grad");
  if (!g.swept(k)) throw error("grad: no reverse sweep has covered this value; call backward(y) after recording it");
  return g.adjoint(k);
}

auto grad_state(const scalar& x) -> adjoint_state {
  const auto& g = graph::active();
  return g.state(g.id(x.ref(), "grad_state"));
}

auto gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<double> {
  const double one = 1;
  return vjp({&y, 1}, {&one, 1}, xs);
}

auto vjp(std::span<const scalar> ys, std::span<const double> weights, std::span<const scalar> xs) -> std::vector<double> {
  auto& g = graph::active();
  std::vector<node_id> ids;
  for (const auto& x : xs) ids.push_back(g.id(x.ref(), "gradient"));
  backward(ys, weights);
  std::vector<double> out;
  for (auto k : ids) out.push_back(g.adjoint(k));
  return out;
}

// --- arrays ----------------------------------------------------------------------------------------------------------------

auto require_node(node_ref r, const char* who) -> void { graph::active().id(r, who); }

auto backward(const tensor& y, adjoints kept) -> void {
  if (y.size() != 1)
    throw error(fmt::format(
        "backward: the output has the shape {}; a gradient is of one number: take sum() or mean(), or give a seed of that shape",
        to_string(y.shape())));
  backward(y, array(1.0), kept);
}

auto backward(const tensor& y, const array& seed, adjoints kept) -> void {
  auto& g = graph::active();
  const auto k = g.id(y.ref(), "backward");
  const auto seed_shape = seed.shape();
  if (broadcast(seed_shape, y.shape(), "backward: seed and output") != y.shape())
    throw error(fmt::format("backward: the seed has the shape {}, the output {}", to_string(seed_shape), to_string(y.shape())));
  auto full = views::expand(seed.cast(y.type()), y.shape());
  const double number = g.is_tensor(k) ? 0.0 : full.item();
  reverse_sweep::run(g, {&k, 1}, {&number, 1}, {&full, 1}, kept);
}

auto grad(const tensor& x) -> array {
  const auto& g = graph::active();
  const auto k = g.id(x.ref(), "grad");
  if (!g.is_tensor(k)) return grad(handle(k));
  switch (g.state(k)) {
    case adjoint_state::number:
      if (!g.array_adjoint(k).is_null()) return g.array_adjoint(k);
      [[fallthrough]];
    case adjoint_state::structural_zero: return zeros(x.shape(), x.type());
    default:
      throw error(g.swept(k) ? "grad: the sweep was told to keep the adjoints of inputs only; call backward(y, adjoints::all)"
                             : "grad: no reverse sweep has covered this value; call backward(y) after recording it");
  }
}

auto grad_state(const tensor& x) -> adjoint_state {
  const auto& g = graph::active();
  return g.state(g.id(x.ref(), "grad_state"));
}

namespace {

auto adjoints_of(std::span<const tensor> xs) -> std::vector<array> {
  std::vector<array> out;
  for (const auto& x : xs) out.push_back(grad(x));
  return out;
}

}  // namespace

auto gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<array> {
  for (const auto& x : xs) require_node(x.ref(), "gradient");
  backward(y);
  return adjoints_of(xs);
}

auto vjp_of_array(const tensor& y, const array& seed, std::span<const tensor> xs) -> std::vector<array> {
  for (const auto& x : xs) require_node(x.ref(), "vjp");
  backward(y, seed);
  return adjoints_of(xs);
}

}  // namespace seegrad
