#include <algorithm>
#include <autodiff/graph/guard_text.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/run/code.hpp>
#include <fmt/format.h>
#include <map>

namespace seegrad::detail::run {
namespace {

class lowering {
 public:
  lowering(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs, wanted what)
      : g_(g), ys_(ys), xs_(xs), last_(last_needed(g, ys)), depends_(depending_on(g, xs, last_)), what_(what) {}

  auto run() -> code {
    find_questions();
    auto ends = ys_;
    for (const auto& q : c_.questions)
      for (const auto& s : {q.asked.first, q.asked.second})
        if (s.is_node) ends.push_back(s.node);
    needed_ = leading_to(g_, ends, [&](node_id k) { return !depends_[k]; });
    slot_.assign(std::size_t{std::max(last_, last_of(xs_))} + 1, no_slot);
    for (auto x : xs_) c_.inputs.push_back(slot_[x] = fresh());
    for (node_id k = 0; k <= last_; ++k) forward(k);
    c_.forward = c_.instructions.size();
    for (auto& q : c_.questions) {
      if (q.asked.first.is_node) q.first = value(q.asked.first.node);
      if (q.asked.second.is_node) q.second = value(q.asked.second.node);
    }
    for (auto y : ys_) c_.results.push_back(value(y));
    if (what_ == wanted::slopes) backward();
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

  auto backward() -> void {
    adjoint_.assign(slot_.size(), no_slot), arrivals_.assign(slot_.size(), 0);
    const std::vector<instruction> forward(c_.instructions.begin(), c_.instructions.end());
    for (const auto& i : forward)
      for (auto o : g_.operands(i.node)) ++arrivals_[o];
    for (auto y : ys_) ++arrivals_[y];
    for (auto y : ys_) {
      c_.seeds.push_back(fresh());
      if (!depends_[y]) continue;
      if (adjoint_[y] == no_slot) adjoint_[y] = c_.seeds.back();
      else {
        const auto sum = fresh();
        c_.instructions.push_back({.op = find_operation("add"),
                                   .what = instruction::kind::add,
                                   .to = sum,
                                   .x = {adjoint_[y], c_.seeds.back()},
                                   .node = y});
        adjoint_[y] = sum;
      }
    }
    for (auto at = forward.rbegin(); at != forward.rend(); ++at) pass_back(*at);
    for (auto x : xs_) c_.slopes.push_back(adjoint_[x]);
  }

  auto pass_back(const instruction& f) -> void {
    const auto back = adjoint_[f.node];
    if (back == no_slot) return;
    const auto operands = g_.operands(f.node);
    for (int s = 0; s < operands.size(); ++s) {
      const auto o = operands[s];
      const auto slope = constant_slope(*f.op, s);
      if (!depends_[o] || slope == 0) continue;
      // A sum hands its adjoint on, where nothing else is added to it.
      if (slope == 1 && arrivals_[o] == 1) {
        adjoint_[o] = back;
        continue;
      }
      auto i = f;
      i.by = static_cast<std::uint8_t>(s), i.y = f.to, i.back = back;
      i.what = adjoint_[o] == no_slot ? instruction::kind::vjp : instruction::kind::vjp_add;
      if (adjoint_[o] == no_slot) adjoint_[o] = fresh();
      i.to = adjoint_[o];
      c_.instructions.push_back(i);
    }
  }

  const graph& g_;
  const std::vector<node_id>&ys_, &xs_;
  node_id last_;
  node_set depends_, needed_{0, 0};
  wanted what_;
  std::vector<slot> slot_, adjoint_;     // by node
  std::vector<std::uint32_t> arrivals_;  // by node: what its adjoint is the sum of
  code c_;
};

}  // namespace

auto lower(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs, wanted what) -> code {
  return lowering(g, ys, xs, what).run();
}

}  // namespace seegrad::detail::run
