#include <autodiff/derive/forward.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/memory_error.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <fmt/format.h>
#include <map>

namespace seegrad {
namespace {

auto zero_tangent(const array& x) -> array { return zeros(x.shape(), x.is_floating() ? x.type() : float64); }

// Carries tangents from node to node, from the first variable on; one that is not there is 0.
class forward_sweep {
 public:
  forward_sweep(const graph& g, std::span<const node_id> xs, node_id top) : g_(g), first_(top) {
    for (auto x : xs) first_ = std::min(first_, x);
    const auto size = std::size_t{top} + 1 - first_;
    detail::or_no_memory("jvp", size, [&] { numbers_.resize(size); });
  }

  auto fix(node_id k, const array& tangent) -> void {
    if (k - first_ >= numbers_.size()) return;
    fixed_[k] = true;
    put(k, tangent);
  }
  auto run() -> void {
    const auto end = first_ + static_cast<node_id>(numbers_.size());
    for (auto k = first_; k < end; ++k) {
      if (g_.is_leaf(k) || fixed_.contains(k) || !g_.is_differentiable(k)) continue;
      if (g_.is_tensor_node(k)) row(k);
      else number(k);
    }
  }
  auto number_at(node_id k) const -> double { return k < first_ ? 0.0 : numbers_[k - first_]; }
  auto array_at(node_id k) const -> array {
    const auto it = arrays_.find(k);
    return it == arrays_.end() ? zero_tangent(g_.array_value(k)) : it->second;
  }

 private:
  auto number(node_id k) -> void {
    numbers_[k - first_] = detail::node_of_numbers(g_, k).jvp([&](node_id o) { return number_at(o); });
  }
  auto row(node_id k) -> void {
    const auto y = g_.array_value(k);
    const detail::node_of_arrays n(g_, k);
    int i = 0;
    for (auto o : n.operands()) {
      const auto slot = i++;
      if (g_.is_tensor(o) ? !arrays_.contains(o) : number_at(o) == 0) continue;
      put(k, n.jvp(slot, y, g_.is_tensor(o) ? arrays_.at(o) : array(number_at(o))));
    }
  }
  auto put(node_id k, const array& t) -> void {
    if (!g_.is_tensor(k)) numbers_[k - first_] += t.item();
    else if (const auto [it, is_new] = arrays_.try_emplace(k, t.cast(g_.tensor_node_at(k).value.type())); !is_new)
      detail::add_into(it->second, t);
  }

  const graph& g_;
  node_id first_;
  std::vector<double> numbers_;
  std::map<node_id, array> arrays_;
  std::map<node_id, bool> fixed_;
};

}  // namespace

auto jvp(std::span<const scalar> ys, std::span<const scalar> xs, std::span<const double> v) -> std::vector<double> {
  if (xs.size() != v.size())
    throw error(
        fmt::format("jvp: {} variables but a direction of {} numbers; give one number for each variable", xs.size(), v.size()));
  const auto& g = graph::active();
  std::vector<node_id> ids;
  for (const auto& x : xs) ids.push_back(g.id(x.ref(), "jvp"));
  node_id top = 0;
  for (const auto& y : ys)
    if (!y.is_constant()) top = std::max(top, g.id(y.ref(), "jvp"));
  std::vector<double> out(ys.size());
  if (g.size() == 0) return out;
  forward_sweep sweep(g, ids, top);
  for (std::size_t i = 0; i < xs.size(); ++i) sweep.fix(ids[i], v[i]);
  sweep.run();
  for (std::size_t i = 0; i < ys.size(); ++i)
    if (!ys[i].is_constant()) out[i] = sweep.number_at(g.id(ys[i].ref(), "jvp"));
  return out;
}

auto jvp(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> double { return jvp({&y, 1}, xs, v)[0]; }

auto jvp(const tensor& y, std::span<const tensor> xs, std::span<const array> directions) -> array {
  if (xs.size() != directions.size())
    throw error(fmt::format("jvp: {} variables but {} directions; give one for each variable", xs.size(), directions.size()));
  const auto& g = graph::active();
  std::vector<node_id> ids;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].shape() != directions[i].shape())
      throw error(fmt::format("jvp: the variable has the shape {}, its direction {}", to_string(xs[i].shape()),
                              to_string(directions[i].shape())));
    ids.push_back(g.id(xs[i].ref(), "jvp"));
  }
  if (y.is_constant()) return zero_tangent(y.value());
  const auto top = g.id(y.ref(), "jvp");
  forward_sweep sweep(g, ids, top);
  for (std::size_t i = 0; i < xs.size(); ++i) sweep.fix(ids[i], directions[i]);
  sweep.run();
  return g.is_tensor(top) ? sweep.array_at(top) : array(sweep.number_at(top));
}

}  // namespace seegrad
