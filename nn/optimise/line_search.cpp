#include <algorithm>
#include <cmath>
#include <nn/optimise/line_search.hpp>
#include <utility>

namespace seegrad::nn::detail {
namespace {

constexpr double c1 = 1e-4, c2 = 0.9;
constexpr int most_evaluations = 25;

// Where the cubic through both points with their slopes is least, held between the bounds.
auto cubic(const line_point& a, const line_point& b, double low, double high) -> double {
  const double d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const double at = a.t <= b.t ? b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
                               : a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return std::min(std::max(at, low), high);
}

struct bracket {
  line_point low, high;  // by the loss, which is least at low
};
auto by_loss(line_point first, line_point second) -> bracket {
  if (first.f <= second.f) return {std::move(first), std::move(second)};
  return {std::move(second), std::move(first)};
}

}  // namespace

auto strong_wolfe(const std::function<line_point(double)>& evaluate, const line_point& start, double t, double reach,
                  double tolerance_change) -> line_result {
  const auto too_high = [&](const line_point& x) { return x.f > start.f + c1 * x.t * start.slope; };
  const auto flat = [&](const line_point& x) { return std::abs(x.slope) <= -c2 * start.slope; };

  line_point before = start, now = evaluate(t);
  int evaluations = 1, tried = 0;
  bool enclosed = false;
  for (; tried < most_evaluations; ++tried) {
    if (too_high(now) || (tried > 1 && now.f >= before.f)) {
      enclosed = true;
      break;
    }
    if (flat(now)) return {std::move(now), evaluations};
    if (now.slope >= 0) {
      enclosed = true;
      break;
    }
    const double next = cubic(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
    before = std::move(now);
    now = evaluate(next), ++evaluations;
  }
  auto [low, high] = by_loss(enclosed ? std::move(before) : start, std::move(now));

  bool stuck = false;
  for (; tried < most_evaluations && !(std::abs(high.t - low.t) * reach < tolerance_change); ++tried) {
    const double left = std::min(low.t, high.t), right = std::max(low.t, high.t), margin = 0.1 * (right - left);
    // PyTorch gives the cubic its points in the order in which they stand in the bracket; the least is the same either way.
    t = cubic(low, high, left, right);
    if (std::min(right - t, t - left) < margin) {
      if (stuck || t >= right || t <= left) {
        t = std::abs(t - right) < std::abs(t - left) ? right - margin : left + margin;
        stuck = false;
      } else {
        stuck = true;
      }
    } else {
      stuck = false;
    }
    auto point = evaluate(t);
    ++evaluations;
    if (too_high(point) || point.f >= low.f) {
      auto ordered = by_loss(std::move(low), std::move(point));
      low = std::move(ordered.low), high = std::move(ordered.high);
    } else {
      const bool done = flat(point);
      if (!done && point.slope * (high.t - low.t) >= 0) high = std::move(low);
      low = std::move(point);
      if (done) break;
    }
  }
  return {std::move(low), evaluations};
}

}  // namespace seegrad::nn::detail
