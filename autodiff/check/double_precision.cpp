#include <autodiff/check/double_precision.hpp>

#include <algorithm>
#include <autodiff/check/parts.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/ranges.h>

namespace seegrad::detail {

auto in_double(const array& a) -> array { return a.type() == float32 ? a.cast(float64) : a; }

auto numbers_of(const array& a) -> std::vector<double> {
  return a.size() == 0 ? std::vector<double>() : a.cast(float64).to_vector<double>();
}

auto index_text(const dims& shape, std::size_t element) -> std::string {
  if (shape.empty()) return "";
  std::vector<std::size_t> index(static_cast<std::size_t>(shape.size()));
  for (int a = shape.size(); a-- > 0;) {
    const auto n = static_cast<std::size_t>(shape[a]);
    index[static_cast<std::size_t>(a)] = element % n, element /= n;
  }
  return fmt::format("{}", index);
}

auto has_tensor_nodes(const graph& g, const node_set& used) -> bool {
  for (node_id k = 0; k <= used.last(); ++k)
    if (used[k] && g.is_tensor_node(k)) return true;
  return false;
}

auto double_operands(const graph& g, node_id k) -> std::vector<array> {
  std::vector<array> x;
  for (auto o : g.operands(k)) x.push_back(in_double(g.array_value(o)));
  return x;
}

auto tensor_value(const graph& g, node_id k, std::span<const array> x) -> array {
  // A cast to float would round away what is to be measured.
  if (g.op(k)->rule->value == structural_operation<cast_op>().rule->value) return in_double(x[0]);
  return in_double(node_of_arrays(g, k, x).value());
}

auto tensor_vjp(const graph& g, node_id k, int i, std::span<const array> x, const array& y, const array& cotangent) -> array {
  return in_double(node_of_arrays(g, k, x).vjp(i, y, cotangent));
}

auto tensor_work(const graph& g, node_id k) -> double {
  const auto result = static_cast<double>(g.is_tensor(k) ? g.tensor_node_at(k).value.size() : 1);
  double sum = result, product = result;
  for (auto o : g.operands(k)) {
    const auto n = static_cast<double>(g.is_tensor(o) ? g.tensor_node_at(o).value.size() : 1);
    sum += n, product *= n;
  }
  // Of matrices m×k and k×n the product takes mkn steps, the root of what their sizes and that of the result multiply to; with many
  // steps in each instruction.
  const bool is_product = g.op(k)->is_structural() && g.operands(k).size() == 2;
  return is_product ? std::max(sum, std::sqrt(product) / 8) : sum;
}

double_replay::double_replay(const graph& g, node_id last, node_set used)
    : g_(g), last_(last), used_(std::move(used)), values_(std::size_t{last} + 1) {
  for (node_id k = 0; k <= last; ++k) {
    if (!used_[k]) continue;
    values_[k] = g.is_leaf(k) ? in_double(g.array_value(k)) : compute(k, nullptr);
    work_ += g.is_leaf(k) ? 0 : g.is_tensor_node(k) ? tensor_work(g, k) : 1;
  }
}

auto double_replay::compute(node_id k, const std::vector<array>* now) const -> array {
  if (now && g_.op(k)->stops) return values_[k];
  const auto value = [&](node_id o) -> const array& { return now && !(*now)[o].is_null() ? (*now)[o] : values_[o]; };
  std::vector<array> x;
  for (auto o : g_.operands(k)) x.push_back(value(o));
  return tensor_value(g_, k, x);
}

auto double_replay::with(std::span<const node_id> changed, std::span<const array> values) -> array {
  moved_.assign(values_.size(), {});
  auto first = last_;
  for (std::size_t i = 0; i < changed.size(); ++i) moved_[changed[i]] = values[i], first = std::min(first, changed[i]);
  for (auto k = first; k <= last_; ++k) {
    if (!used_[k] || !moved_[k].is_null()) continue;
    const auto operands = g_.operands(k);
    for (auto o : operands)
      if (!moved_[o].is_null()) {
        moved_[k] = compute(k, &moved_);
        break;
      }
  }
  return moved_[last_].is_null() ? values_[last_] : moved_[last_];
}

auto double_replay::adjoints(const array& seed, double jitter) const -> std::vector<array> {
  std::vector<array> adjoint(values_.size());
  adjoint[last_] = in_double(seed);
  const auto add = [&](node_id o, array c) {
    if (jitter != 0) c = jittered(c, jitter, o);
    if (adjoint[o].is_null()) adjoint[o] = std::move(c);
    else add_into(adjoint[o], c);
  };
  const auto value = [&](node_id k) {
    const bool is_computed = jitter != 0 && !g_.is_leaf(k) && values_[k].is_floating();
    return is_computed ? jittered(values_[k], jitter, k + 1) : values_[k];
  };
  for (auto k = last_ + 1; k-- > 0;) {
    if (!used_[k] || g_.is_leaf(k) || adjoint[k].is_null()) continue;
    if (!g_.is_tensor(k) && adjoint[k].item() == 0) continue;
    node_of_arrays(g_, k, value).each_vjp(value(k), adjoint[k], [&](int, node_id o, array c) { add(o, in_double(c)); });
    if (jitter != 0) adjoint[k] = {};  // Asked for at inputs only.
  }
  return adjoint;
}

auto jittered(const array& a, double fraction, std::uint64_t seed) -> array {
  auto out = in_double(a).cast(float64).copy();
  uneven random(seed + 77);
  for (auto& x : out.writable<double>()) x *= 1 + fraction * random();
  return out;
}

}  // namespace seegrad::detail
