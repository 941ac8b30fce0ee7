#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/scene.hpp>
#include <cmath>
#include <queue>
#include <unordered_map>

namespace seegrad::detail::see {
namespace {

// What is kept grows from two sides. From the outputs back: an operation may be kept once all its users are, and among those that may,
// near ones and large gradients come first. Then a few inputs, and what is made of them alone. So what is hidden lies in between, in
// one piece, and the line from an input through the hidden part to the output closes no circle.
class cutter {
 public:
  explicit cutter(scene& s)
      : s_(s),
        budget_(s.options.max_nodes > 1 ? s.options.max_nodes - 1 : 1),  // one is for the sign of what is hidden
        deepest_(std::max(16, static_cast<int>(1.8 * std::sqrt(static_cast<double>(s.options.max_nodes))))),
        users_(s.items.size(), 0),
        depth_(s.items.size(), 0) {
    for (auto& i : s.items) i.kept = false;
    for (item_id i = 0; i < s.items.size(); ++i) each_operand(i, [&](item_id o) { ++users_[o]; });
  }

  auto from_outputs(std::size_t budget) -> void {
    for (item_id i = 0; i < s_.items.size(); ++i)
      if (users_[i] == 0) open_.push({score(i), i});
    for (; !open_.empty() && kept_ < budget;) {
      const auto i = open_.top().second;
      open_.pop();
      if (s_.items[i].kept) continue;
      std::vector<item_id> with = {i};
      each_operand(i, [&](item_id o) {
        if (leaf(o) && !s_.items[o].kept && std::find(with.begin(), with.end(), o) == with.end()) with.push_back(o);
      });
      if (kept_ + with.size() > budget && kept_ > 0) continue;
      if (kept_ + with.size() > budget) with.resize(1);
      for (auto o : with) keep(o);
      each_operand(i, [&](item_id o) {
        depth_[o] = std::max(depth_[o], depth_[i] + 1);
        if (--users_[o] == 0 && !leaf(o) && depth_[o] <= deepest_) open_.push({score(o), o});
      });
    }
  }

  auto from_inputs(std::size_t most) -> void {
    std::vector<item_id> inputs;
    for (item_id i = 0; i < s_.items.size(); ++i)
      if (s_.items[i].what == item::kind::input && !s_.items[i].kept) inputs.push_back(i);
    const auto n = std::min({inputs.size(), most, budget_ - std::min(budget_, kept_)});
    const auto first = [&](item_id a, item_id b) { return rank(a) != rank(b) ? rank(a) > rank(b) : a < b; };
    std::partial_sort(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(n), inputs.end(), first);
    for (std::size_t j = 0; j < n; ++j) keep(inputs[j]);
    // What is made of them alone, a few steps on.
    std::vector<char> level(s_.items.size(), 0);
    for (item_id i = 0; i < s_.items.size() && kept_ + 3 < budget_ && most > 0; ++i) {
      if (s_.items[i].kept || !s_.single(i) || leaf(i)) continue;
      bool all = true;
      char up = 0;
      each_operand(i, [&](item_id o) {
        all = all && (s_.items[o].what == item::kind::constant || (s_.items[o].kept && (leaf(o) || level[o] > 0)));
        up = std::max(up, level[o]);
      });
      if (!all || up >= 4) continue;
      each_operand(i, [&](item_id o) { keep(o); });
      keep(i), level[i] = static_cast<char>(up + 1), --most;
    }
  }

 private:
  template <class F>
  auto each_operand(item_id i, F f) const -> void {
    s_.each_node(i, [&](node_id k) {
      for (auto o : s_.g.operands(k))
        if (const auto j = s_.item_of[o]; j != no_item && j != i) f(j);
    });
  }
  auto leaf(item_id i) const -> bool { return s_.single(i) && s_.items[i].what < item::kind::operation; }
  auto keep(item_id i) -> void { kept_ += s_.items[i].kept ? 0 : 1, s_.items[i].kept = true; }

  // A step further away weighs as much as a gradient smaller by a third. What someone remarked on, and what is not finite, comes first.
  auto score(item_id i) const -> double {
    const auto [value, g] = sizes(i);
    if (!std::isfinite(g) || !std::isfinite(value) || s_.options.notes.count(s_.node(i))) return 1000;
    return std::max(-40.0, std::log10(std::abs(g))) - depth_[i] / 8.0;
  }
  // The value and the gradient, or their norms, which are computed once.
  auto sizes(item_id i) const -> std::pair<double, double> {
    const auto& g = s_.g;
    const auto k = s_.node(i);
    if (!g.is_tensor(k)) return {g.value(k), g.adjoint(k)};
    const auto [at, fresh] = norms_.try_emplace(k);
    if (fresh) at->second = {norm_of(g.array_value(k)), norm_of(g.array_adjoint(k))};
    return at->second;
  }
  auto rank(item_id i) const -> double { return score(i) + (s_.g.name(s_.node(i)).empty() ? 0 : 100); }

  scene& s_;
  std::size_t budget_, kept_ = 0;
  int deepest_;
  std::vector<std::uint32_t> users_;
  std::vector<int> depth_;
  mutable std::unordered_map<node_id, std::pair<double, double>> norms_;
  std::priority_queue<std::pair<double, item_id>> open_;
};

}  // namespace

auto cut(scene& s) -> void {
  const auto most = std::max<std::size_t>(s.options.max_nodes, 1);
  if (s.items.size() <= most) return;
  cutter c(s);
  c.from_outputs(std::max<std::size_t>(1, most - most / 6 - 1));
  c.from_inputs(std::min<std::size_t>(most / 12, 16));
  for (node_id k = 0; k < s.g.size(); ++k)
    if (s.shown[k] && !s.items[s.item_of[k]].kept) ++s.cut_nodes;
}

}  // namespace seegrad::detail::see
