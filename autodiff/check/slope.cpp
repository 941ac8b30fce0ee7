#include <autodiff/check/slope.hpp>

#include <algorithm>
#include <array>

namespace seegrad::detail {
namespace {

constexpr int levels = 8;
constexpr double epsilon = std::numeric_limits<double>::epsilon(), least = 4 * std::numeric_limits<double>::denorm_min();

// The extrapolation to step 0 of quotients taken at steps that halve; the error of a quotient is a series in the step
// (one-sided, ratio 2) or in its square (central, ratio 4).
class tableau {
 public:
  explicit tableau(double ratio) : ratio_(ratio) {}

  // Takes the next quotient with its round-off. False when more of them would not help.
  auto add(double quotient, double round_off, estimate& best) -> bool {
    std::array<double, levels> row{};
    row[0] = quotient;
    double power = 1;
    for (int j = 1; j <= rows_; ++j) {
      power *= ratio_;
      const auto above = static_cast<std::size_t>(j - 1);
      row[above + 1] = row[above] + (row[above] - last_[above]) / (power - 1);
      const auto spread = std::max(std::abs(row[above + 1] - row[above]), std::abs(row[above + 1] - last_[above]));
      if (spread + 2 * round_off < best.error) best.slope = row[above + 1], best.error = spread + 2 * round_off, spread_ = spread;
    }
    const auto end = static_cast<std::size_t>(rows_);
    const bool worse = rows_ > 2 && std::abs(row[end] - last_[end - 1]) > 2 * std::max(best.error, round_off);
    const bool settled = rows_ > 0 && spread_ <= round_off;
    last_ = row, ++rows_;
    return rows_ < levels && !worse && !settled;
  }

 private:
  double ratio_, spread_ = std::numeric_limits<double>::infinity();
  int rows_ = 0;
  std::array<double, levels> last_{};
};

}  // namespace

auto slope_at(line f, double x, double f0, double step, double noise) -> estimate {
  estimate best;
  best.step = step;
  best.size = std::abs(f0);
  tableau extrapolation(4);
  double bend = 0, round_off = 0, h = step;
  int levels_done = 0, steady = 0;  // how many times in a row the bend stayed as it was
  for (int level = 0;; ++level, h /= 2) {
    const double right = x + h, left = x - h, width = right - left;
    const double fr = f(right), fl = f(left);
    if (!(width > 0) || !std::isfinite(fr - fl)) break;
    const auto size = std::max(std::abs(fr), std::abs(fl));
    best.size = std::max(best.size, size);
    round_off = (2 * noise + 2 * epsilon * std::max(size, std::abs(f0)) + least) / width;
    const auto bend_before = bend;
    bend = std::abs((fr - f0) / (right - x) - (f0 - fl) / (x - left));
    // It stays the same at a kink, and doubles where f(x) itself stands apart.
    const auto ratio = bend / bend_before;
    const bool same = level > 0 && ((ratio > 0.7 && ratio < 1.4) || (ratio > 1.9 && ratio < 2.1));
    steady = same ? steady + 1 : 0;
    levels_done = level;
    if (!extrapolation.add((fr - fl) / width, round_off, best)) break;
  }
  // On a smooth function the bend shrinks with the step; where there is only noise, it does as it likes.
  best.bent = levels_done > 0 && steady >= std::min(levels_done, 2) && bend > 16 * round_off;
  return best;
}

auto slope_beside(line f, double x, double f0, double step, double noise, bool beyond) -> estimate {
  estimate best;
  best.step = step;
  best.size = beyond ? 0 : std::abs(f0);
  tableau extrapolation(2);
  for (double h = step;; h /= 2) {
    const double near = beyond ? x + h : x, far = beyond ? x + 2 * h : x + h, width = far - near;
    const double fn = beyond ? f(near) : f0, ff = f(far);
    if (width == 0 || !std::isfinite(ff - fn)) break;
    const auto size = std::max(std::abs(fn), std::abs(ff));
    best.size = std::max(best.size, size);
    if (!extrapolation.add((ff - fn) / width, (2 * noise + 2 * epsilon * size + least) / std::abs(width), best)) break;
  }
  return best;
}

namespace {

// The noise over seven points at that spacing, on the side of its sign; infinite if f is not finite there.
auto noise_over(line f, double x, double spacing) -> double {
  constexpr int points = 7;
  std::array<double, points> d{};
  for (int i = 0; i < points; ++i) d[static_cast<std::size_t>(i)] = f(x + (i + 1) * spacing);
  double most = 0, weight = 1;
  for (int order = 1; order < points; ++order) {
    const auto left = static_cast<std::size_t>(points - order);
    double sum = 0;
    for (std::size_t i = 0; i < left; ++i) d[i] = d[i + 1] - d[i], sum += d[i] * d[i];
    if (!std::isfinite(sum)) return std::numeric_limits<double>::infinity();
    // (order!)² / (2 order)!: what turns the mean square of these differences into the variance of one value.
    weight *= order / (2.0 * (2 * order - 1));
    if (order >= 4) most = std::max(most, std::sqrt(weight * sum / static_cast<double>(left)));
  }
  return most;
}

}  // namespace

auto noise_beside(line f, double x, double about) -> double {
  const auto spacing = std::max(about, 2 * exact_step(std::abs(x) * epsilon));
  const auto noise = std::min(noise_over(f, x, spacing), noise_over(f, x, -spacing));
  return std::isfinite(noise) ? noise : 0;
}

auto unresolved(line f, double x, double scale) -> bool {
  const auto digit = std::max(exact_step(std::abs(x) * epsilon), std::numeric_limits<double>::min());
  if (digit > 0x1p-8 * scale) return false;  // Among the smallest numbers a digit is no small part.
  for (const double side : {digit, -digit}) {
    const auto away = f(x + std::copysign(scale * 0x1p-7, side));
    double before = f(x + side), change = 0;
    double largest = std::max(std::abs(before), std::isfinite(away) ? std::abs(away) : 0);
    // Uneven, so that no wave can keep in step.
    for (const int digits : {2, 3, 5, 9}) {
      const auto now = f(x + digits * side);
      change = std::max(change, std::abs(now - before)), largest = std::max(largest, std::abs(now));
      before = now;
    }
    if (change <= 1e-4 * largest) return false;
  }
  return true;
}

}  // namespace seegrad::detail
