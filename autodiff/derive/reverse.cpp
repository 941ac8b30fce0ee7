#include <autodiff/derive/reverse.hpp>

#include <autodiff/derive/sweep.hpp>
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

}  // namespace seegrad
