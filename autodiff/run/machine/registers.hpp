#pragma once
// Which value is in which register, between two calls. When all are taken, the value that is wanted again last gives way (Belady 1966), which for straight code is known.

#include <array>
#include <autodiff/run/machine/straight.hpp>
#include <cstdint>
#include <limits>
#include <vector>

namespace seegrad::detail::run {

class registers {
 public:
  static constexpr int none = -1, most = 32;
  static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

  registers(const straight_code& s, int count) : uses_(s.values.size() + 1, 0), where_(s.values.size(), none), count_(count) {
    held_.fill(nothing);
    for_each_use(s, [&](value_id v, std::uint32_t) { ++uses_[v + 1]; });
    for (std::size_t v = 1; v < uses_.size(); ++v) uses_[v] += uses_[v - 1];
    at_.resize(uses_.back());
    next_.assign(uses_.begin(), uses_.end() - 1);
    for_each_use(s, [&](value_id v, std::uint32_t step) { at_[next_[v]++] = step; });
    next_.assign(uses_.begin(), uses_.end() - 1);
  }

  /// Operations from here to before step `end` stand between two calls; all registers are free.
  auto begin_stretch(std::uint32_t end) -> void {
    end_ = end;
    for (int r = 0; r < count_; ++r) release(r);
  }

  auto of(value_id v) const -> int { return where_[v]; }
  /// The step that reads it next, before the next call.
  auto next_use(value_id v) const -> std::uint32_t {
    return next_[v] < uses_[v + 1] && at_[next_[v]] < end_ ? at_[next_[v]] : never;
  }
  /// The one that reads it after `step`.
  auto use_after(value_id v, std::uint32_t step) const -> std::uint32_t {
    auto i = next_[v];
    while (i < uses_[v + 1] && at_[i] <= step) ++i;
    return i < uses_[v + 1] && at_[i] < end_ ? at_[i] : never;
  }
  /// Step `step` has read it.
  auto pass(value_id v, std::uint32_t step) -> void {
    while (next_[v] < uses_[v + 1] && at_[next_[v]] <= step) ++next_[v];
  }

  /// A register for v, which none of `keep` is in; `spill(value)` is told what gives way and is read again.
  template <class Spill>
  auto take(value_id v, std::uint32_t keep, Spill spill) -> int {
    int best = none;
    std::uint32_t latest = 0;
    for (int r = 0; r < count_; ++r) {
      if (keep >> r & 1) continue;
      if (held_[static_cast<std::size_t>(r)] == nothing) return hold(r, v);
      const auto next = next_use(held_[static_cast<std::size_t>(r)]);
      if (best == none || next > latest) best = r, latest = next;
    }
    spill(held_[static_cast<std::size_t>(best)]);
    release(best);
    return hold(best, v);
  }
  auto release(int r) -> void {
    auto& v = held_[static_cast<std::size_t>(r)];
    if (v != nothing) where_[v] = none;
    v = nothing;
  }

 private:
  static constexpr value_id nothing = ~value_id{0};

  template <class F>
  static auto for_each_use(const straight_code& s, F f) -> void {
    for (std::uint32_t i = 0; i < s.steps.size(); ++i)
      if (s.steps[i].what == straight_code::step::kind::compute)
        for (int k = 0; k < operands_of(s.steps[i].op); ++k) f(s.steps[i].x[k], i);
  }
  auto hold(int r, value_id v) -> int {
    held_[static_cast<std::size_t>(r)] = v, where_[v] = r;
    return r;
  }

  std::vector<std::uint32_t> uses_, at_, next_;  // the steps that read a value: at_[uses_[v]] to at_[uses_[v + 1]]
  std::vector<int> where_;                       // by value
  std::array<value_id, most> held_{};
  int count_;
  std::uint32_t end_ = 0;
};

}  // namespace seegrad::detail::run
