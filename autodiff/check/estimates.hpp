#pragma once
// Many measurements of one slope, at steps of many sizes, and which of them to believe.

#include <algorithm>
#include <array>
#include <autodiff/check/slope.hpp>

namespace seegrad::detail {

/// An error estimate is an estimate; the truth is taken to lie within four of them.
inline constexpr double trust = 4;

class estimates {
 public:
  /// `home` is the natural size of a step: that of the operand.
  explicit estimates(double home) : home_(home) {}

  auto add(const estimate& e) -> void {
    // Far from home only what converges well is believed. The smallest numbers are 0 for that.
    const auto near = home_ < std::numeric_limits<double>::min() ? 1 : 2 * home_;
    const bool far = e.step > near && (e.bent || e.error > 1e-4 * std::abs(e.slope));
    if (e.usable() && !far && size_ < all_.size()) all_[size_++] = e;
  }

  /// Whether it would show a mistake of one in a hundred in a slope of about that size.
  static auto resolved(const estimate& e, double about) -> bool {
    return e.usable() && e.error <= 1e-3 * std::max(std::abs(e.slope), std::abs(about));
  }

  /// The one with the least error, among those that no smaller step contradicts: a slope is what is seen from nearby, and from far
  /// away a logarithm is flat. The smallest steps are asked only when the others do not say anything, because what was computed in
  /// fewer digits is a staircase from close by.
  auto best(double about) const -> estimate {
    const auto e = least_error(home_ * 0x1p-20);
    return resolved(e, about) && !e.bent ? e : least_error(0);
  }

 private:
  auto least_error(double smallest_step) const -> estimate {
    estimate out;
    for (std::size_t i = 0; i < size_; ++i) {
      const auto& e = all_[i];
      bool contradicted = e.error >= out.error || e.step < smallest_step;
      for (std::size_t j = 0; j < size_ && !contradicted; ++j)
        contradicted = smallest_step <= all_[j].step && all_[j].step < e.step &&
                       std::abs(all_[j].slope - e.slope) > trust * (all_[j].error + e.error);
      if (!contradicted) out = e;
    }
    return out;
  }

  double home_;
  std::array<estimate, 24> all_{};
  std::size_t size_ = 0;
};

}  // namespace seegrad::detail
