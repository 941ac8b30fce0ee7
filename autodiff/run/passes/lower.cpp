#include <algorithm>
#include <autodiff/graph/guard_text.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/run/passes/passes.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

class lowering {
 public:
  lowering(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs)
      : g_(g), ys_(ys), xs_(xs), last_(last_needed(g, ys)), depends_(depending_on(g, xs, last_)) {}

  auto run() -> code {
    find_questions();
    auto ends = ys_;
    for (const auto& q : c_.questions)
      for (const auto& s : {q.asked.first, q.asked.second})
        if (s.is_node) ends.push_back(s.node);
    needed_ = leading_to(g_, ends, [&](node_id k) { return !depends_[k]; });
    slot_.assign(std::size_t{std::max(last_, last_of(xs_))} + 1, no_slot);
    for (auto x : xs_) {
      if (slot_[x] == no_slot) slot_[x] = fresh();
      c_.inputs.push_back(slot_[x]);
    }
    for (node_id k = 0; k <= last_; ++k) forward(k);
    c_.forward = c_.instructions.size();
    for (auto& q : c_.questions) {
      if (q.asked.first.is_node) q.first = value(q.asked.first.node);
      if (q.asked.second.is_node) q.second = value(q.asked.second.node);
    }
    for (auto y : ys_) c_.results.push_back(value(y));
    return std::move(c_);
  }

 private:
  static auto last_of(const std::vector<node_id>& nodes) -> node_id {
    return nodes.empty() ? 0 : *std::max_element(nodes.begin(), nodes.end());
  }
  static auto last_needed(const graph& g, const std::vector<node_id>& ys) -> node_id {
    auto last = last_of(ys);
    for (const auto& q : g.guards())
      for (const auto& s : {q.first, q.second})
        if (s.is_node) last = std::max(last, s.node);
    return last;
  }
  auto fresh() -> slot { return static_cast<slot>(c_.slots++); }

  // All of what depends on the variables, also those that were asked behind the last result: it may be the answer that chose it.
  auto find_questions() -> void {
    const auto& all = g_.guards();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto moves = [&](const guard::subject& s) { return s.is_node && depends_[s.node]; };
      if (moves(all[i].first) || moves(all[i].second)) c_.questions.push_back({all[i], no_slot, no_slot, guard_text(g_, i), i});
    }
  }

  auto value(node_id k) -> slot {
    if (slot_[k] == no_slot) c_.constants.push_back({slot_[k] = fresh(), g_.value(k)});
    return slot_[k];
  }

  auto forward(node_id k) -> void {
    if (!needed_[k] || !depends_[k] || slot_[k] != no_slot) return;
    if (g_.is_tensor_node(k))
      throw error(fmt::format("compile: node {} is an operation on arrays ({}); programs are of scalars", k, g_.op(k)->name));
    instruction i{.op = g_.op(k), .what = instruction::kind::value, .node = k};
    const auto operands = g_.operands(k);
    for (int s = 0; s < operands.size(); ++s) i.x[s] = value(operands[s]);
    i.to = slot_[k] = fresh();
    c_.instructions.push_back(i);
  }

  const graph& g_;
  const std::vector<node_id>&ys_, &xs_;
  node_id last_;
  node_set depends_, needed_{0, 0};
  std::vector<slot> slot_;  // by node
  code c_;
};

}  // namespace

auto lower(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs) -> code {
  return lowering(g, ys, xs).run();
}

}  // namespace seegrad::detail::run
