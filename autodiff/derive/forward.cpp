#include <autodiff/derive/forward.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/ops/pointwise.hpp>
#include <fmt/format.h>
#include <map>

namespace seegrad {
namespace {

auto zero_tangent(const array& x) -> array { return zeros(x.shape(), x.is_floating() ? x.type() : float64); }

// Carries tangents from node to node; one that is not there is 0.
class forward_sweep {
 public:
  explicit forward_sweep(const graph& g) : g_(g), numbers_(g.size()) {}

  auto fix(node_id k, const array& tangent) -> void {
    fixed_[k] = true;
    put(k, tangent);
  }
  auto run(node_id top) -> void {
    for (node_id k = 0; k <= top; ++k) {
      if (g_.is_leaf(k) || fixed_.contains(k) || !g_.is_differentiable(k)) continue;
      if (g_.has_row(k)) row(k);
      else number(k);
    }
  }
  auto number_at(node_id k) const -> double { return numbers_[k]; }
  auto array_at(node_id k) const -> array {
    const auto it = arrays_.find(k);
    return it == arrays_.end() ? zero_tangent(g_.array_value(k)) : it->second;
  }

 private:
  auto number(node_id k) -> void {
    numbers_[k] = node_of_numbers(g_, k).jvp([&](node_id o) { return numbers_[o]; });
  }
  auto row(node_id k) -> void {
    const auto y = g_.array_value(k);
    const node_of_arrays n(g_, k);
    int i = 0;
    for (auto o : n.operands()) {
      const auto slot = i++;
      if (g_.is_tensor(o) ? !arrays_.contains(o) : numbers_[o] == 0) continue;
      put(k, n.jvp(slot, y, g_.is_tensor(o) ? arrays_.at(o) : array(numbers_[o])));
    }
  }
  auto put(node_id k, const array& t) -> void {
    if (!g_.is_tensor(k)) numbers_[k] += t.item();
    else if (const auto [it, is_new] = arrays_.try_emplace(k, t.cast(g_.row(k).value.type())); !is_new) add_into(it->second, t);
  }

  const graph& g_;
  std::vector<double> numbers_;
  std::map<node_id, array> arrays_;
  std::map<node_id, bool> fixed_;
};

}  // namespace

auto jvp(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> double {
  if (xs.size() != v.size())
    throw error(
        fmt::format("jvp: {} variables but a direction of {} numbers; give one number for each variable", xs.size(), v.size()));
  const auto& g = graph::active();
  forward_sweep sweep(g);
  for (std::size_t i = 0; i < xs.size(); ++i) sweep.fix(g.id(xs[i].ref(), "jvp"), v[i]);
  if (y.is_constant()) return 0;
  const auto top = g.id(y.ref(), "jvp");
  sweep.run(top);
  return sweep.number_at(top);
}

auto jvp(const tensor& y, std::span<const tensor> xs, std::span<const array> directions) -> array {
  if (xs.size() != directions.size())
    throw error(fmt::format("jvp: {} variables but {} directions; give one for each variable", xs.size(), directions.size()));
  const auto& g = graph::active();
  forward_sweep sweep(g);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].shape() != directions[i].shape())
      throw error(fmt::format("jvp: the variable has the shape {}, its direction {}", to_string(xs[i].shape()),
                              to_string(directions[i].shape())));
    sweep.fix(g.id(xs[i].ref(), "jvp"), directions[i]);
  }
  if (y.is_constant()) return zero_tangent(y.value());
  const auto top = g.id(y.ref(), "jvp");
  sweep.run(top);
  return g.is_tensor(top) ? sweep.array_at(top) : array(sweep.number_at(top));
}

}  // namespace seegrad
