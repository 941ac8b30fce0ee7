#include <autodiff/derive/forward.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <fmt/format.h>
#include <map>

namespace seegrad {
namespace {

auto zero_tangent(const array& x) -> array { return zeros(x.shape(), x.is_floating() ? x.type() : float64); }

// <pull(g), t> is linear in g, and its gradient by g is the change of y along t.
auto transposed_pull(const structural_rule& rule, const void* parameters, int i, std::span<const array> x, const array& y,
                     const array& tangent) -> array {
  graph apart;
  const std::vector<tensor> operands(x.begin(), x.end());
  const auto g = input(zero_tangent(y));
  const auto product = sum(rule.pull_recorded(parameters, i, operands, y, g) * tangent);
  return product.is_constant() ? zero_tangent(y) : gradient(product, std::array{g})[0];
}

auto push_structural(const structural_rule& rule, const void* parameters, int i, std::span<const array> x, const array& y,
                     const array& tangent) -> array {
  if (!rule.linear) return transposed_pull(rule, parameters, i, x, y, tangent);
  std::vector<array> changed(x.begin(), x.end());
  changed[static_cast<std::size_t>(i)] = tangent;
  return rule.value(parameters, changed);
}

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
    const auto& op = *g_.op(k);
    const auto operands = g_.operands(k);
    double x[max_arity];
    for (int i = 0; i < op.arity; ++i) x[i] = g_.value(operands[i]);
    for (int i = 0; i < op.arity; ++i)
      if (const auto t = numbers_[operands[i]]; t != 0) numbers_[k] += strong_mul(op.partial(i, x, g_.value(k)), t);
  }
  auto row(node_id k) -> void {
    const auto& op = *g_.op(k);
    const auto y = g_.array_value(k);
    std::vector<array> x;
    for (auto o : g_.operands(k)) x.push_back(g_.array_value(o));
    int i = 0;
    for (auto o : g_.operands(k)) {
      const auto slot = i++;
      const bool is_zero = g_.is_tensor(o) ? !arrays_.contains(o) : numbers_[o] == 0;
      if (is_zero) continue;
      const auto t = g_.is_tensor(o) ? arrays_.at(o) : array(numbers_[o]);
      put(k, op.is_structural() ? push_structural(*op.rule, g_.row(k).parameters.get(), slot, x, y, t)
                                : push_pointwise(op, slot, x, y, t));
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
