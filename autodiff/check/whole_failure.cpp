#include <autodiff/check/whole_failure.hpp>

#include <algorithm>
#include <autodiff/check/parts.hpp>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

namespace seegrad::detail {
namespace {

// What was found of the operands that move with the input, at every operation on the way; nothing where all of it passed.
class local_findings {
 public:
  local_findings(const graph& g, const check_report& report, std::span<const departure> departures) {
    std::unordered_set<node_id> on_the_way;
    for (const auto& d : departures) on_the_way.insert(d.node);
    for (const auto& f : report.findings) {
      if (f.operand < 0 || !on_the_way.contains(f.node)) continue;
      const auto o = g.operands(f.node)[f.operand];
      if (!g.is_input(o) && !on_the_way.contains(o)) continue;
      const auto [it, is_new] = worst_.try_emplace(f.node, &f);
      if (!is_new && worse(f.what, it->second->what) == f.what) it->second = &f;
    }
  }
  auto on(node_id k) const -> verdict {
    const auto it = worst_.find(k);
    return it == worst_.end() ? verdict::pass : it->second->what;
  }
  auto is_unseen(node_id k) const -> bool {
    const auto it = worst_.find(k);
    return it != worst_.end() && (it->second->method == by_formula || it->second->method == too_coarse);
  }

 private:
  std::unordered_map<node_id, const finding*> worst_;
};

auto operation_at(const graph& g, node_id k) -> std::string { return fmt::format("{} at {}", g.op(k)->name, name_of(g, k)); }

}  // namespace

// By the chain rule the whole cannot be wrong while every operation is right and every sum complete. So a FAIL is softened only where
// every operation is confirmed and one of them is not straight over the steps that can be made, or by one that has no derivative here,
// or none that steps can see, if that is where y departs from its derivative.
auto whole_failure::explain(const graph& g, const check_report& report, std::string& detail) const -> verdict {
  const auto words = detail.empty() ? "" : "; " + detail;
  const auto told = [&](verdict v, std::string text) { return detail = std::move(text), v; };
  if (report.local[static_cast<std::size_t>(verdict::fail)] > 0)
    return told(verdict::fail, "follows from the operation that fails");
  if (!adds_up) return told(verdict::fail, "every operation passes, so the fault is in adding up the contributions" + words);
  if (stale) return told(verdict::fail, "the record does not give the value it was recorded with: it is stale" + words);

  const local_findings local(g, report, departures);
  double all = 0, at_kinks = 0, unseen = 0, most = 0;
  const departure *farthest = nullptr, *unconfirmed = nullptr, *infinite = nullptr;
  for (const auto& d : departures) {
    const auto size = std::abs(d.beyond);
    const auto what = local.on(d.node);
    all += size;
    if (what == verdict::kink) at_kinks += size;
    else if (local.is_unseen(d.node)) unseen += size;
    else if (what == verdict::non_finite) infinite = infinite ? infinite : &d;
    else if (what != verdict::pass) unconfirmed = unconfirmed ? unconfirmed : &d;
    if (size > most) most = size, farthest = &d;
  }
  // relu(x) - relu(-x) has slope 1 everywhere, but no choice of slopes at 0 for relu that all programs would agree with.
  if (at_kinks > 0.1 * all)
    return told(verdict::kink, "an operation on the way is at a kink, where the chain rule need not hold");
  if (unseen > 0.1 * all)
    return told(verdict::untested,
                "an operation on the way has a slope that steps cannot see, for the numbers there are too far apart");
  if (infinite)
    return told(verdict::non_finite, operation_at(g, infinite->node) + ", on the way, is not finite or has no finite derivative");
  if (unconfirmed)
    return told(verdict::fail,
                fmt::format("the contributions add up, but nothing confirms the derivative of {}, and the whole needs it{}",
                            operation_at(g, unconfirmed->node), words));
  if (report.skipped > 0) return told(verdict::fail, "every operation that was looked at passes; not all were" + words);
  const bool is_straight = farthest && std::abs(farthest->beyond) <= 1e-3 * farthest->along;
  if (is_straight)
    return told(verdict::fail,
                fmt::format("every operation passes and the contributions add up, but they cancel, and what {} is off "
                            "by is left over{}",
                            operation_at(g, farthest->node), words));
  return told(verdict::noisy,
              "every operation passes and the contributions add up, but differences do not follow the derivative" +
                  (farthest ? ": " + operation_at(g, farthest->node) + " changes faster than steps can be made" : ""));
}

}  // namespace seegrad::detail
