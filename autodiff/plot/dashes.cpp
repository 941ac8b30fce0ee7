#include <autodiff/plot/dashes.hpp>

#include <algorithm>
#include <cmath>

namespace seegrad::plotting {
namespace {

constexpr int least_run = 24;  // pixels

// Calls `see` with each pixel that a line meets, in order, and with nothing in between where there is a gap.
template <class See, class Gap>
auto walk(const traced_line& line, int width, int height, See see, Gap gap) -> void {
  const auto clamped = [](double x, int size) { return std::clamp(x, -1.0 * size, 2.0 * size); };
  for (std::size_t k = 0; k + 3 < line.at.size(); k += 2) {
    const double x0 = clamped(line.at[k], width), y0 = clamped(line.at[k + 1], height);
    const double x1 = clamped(line.at[k + 2], width), y1 = clamped(line.at[k + 3], height);
    if (!std::isfinite(x0 + y0 + x1 + y1)) {
      gap();
      continue;
    }
    const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0)))));
    for (int i = 0; i < steps; ++i) {
      const double t = static_cast<double>(i) / steps;
      const int x = static_cast<int>(std::floor(x0 + t * (x1 - x0))), y = static_cast<int>(std::floor(y0 + t * (y1 - y0)));
      if (x >= 0 && x < width && y >= 0 && y < height) see(x, y);
      else gap();
    }
  }
}

class pixels {
 public:
  pixels(const traced_line& line, int width, int height)
      : width_(width), height_(height), seen_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    walk(line, width, height, [&](int x, int y) { seen_[place(x, y)] = true; }, [] {});
  }
  // Lines are two pixels wide.
  auto has_near(int x, int y) const -> bool {
    for (int i = std::max(0, y - 1); i <= std::min(height_ - 1, y + 1); ++i)
      for (int j = std::max(0, x - 1); j <= std::min(width_ - 1, x + 1); ++j)
        if (seen_[place(j, i)]) return true;
    return false;
  }

 private:
  auto place(int x, int y) const -> std::size_t { return static_cast<std::size_t>(y * width_ + x); }
  int width_, height_;
  std::vector<bool> seen_;
};

auto lies_on(const traced_line& line, const pixels& other, int width, int height) -> bool {
  int run = 0, longest = 0;
  int last_x = -1, last_y = -1;
  walk(
      line, width, height,
      [&](int x, int y) {
        // Many points in one pixel are one.
        if (x == last_x && y == last_y) return;
        last_x = x, last_y = y;
        run = other.has_near(x, y) ? run + 1 : 0;
        longest = std::max(longest, run);
      },
      [&] { run = 0; });
  return longest >= least_run;
}

}  // namespace

auto dash_levels(const std::vector<traced_line>& lines, int width, int height) -> std::vector<int> {
  std::vector<int> levels;
  std::vector<pixels> drawn;
  for (const auto& line : lines) {
    int level = line.dashed ? 1 : 0;
    for (std::size_t k = 0; k < drawn.size(); ++k)
      if (level <= levels[k] && lies_on(line, drawn[k], width, height)) level = levels[k] + 1;
    levels.push_back(level);
    drawn.emplace_back(line, width, height);
  }
  return levels;
}

auto dash_of(int level) -> dash {
  return level == 0 ? dash{0, 0} : level == 1 ? dash{10, 5} : level == 2 ? dash{5, 10} : dash{2.5, 12.5};
}

}  // namespace seegrad::plotting
