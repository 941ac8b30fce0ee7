#include <autodiff/plot/dashes.hpp>

#include <algorithm>
#include <cmath>

namespace seegrad::detail::plotting {
namespace {

constexpr std::size_t least_run = 24;  // pixels

struct step {
  place_on_line at;
  int x, y, level;
  bool begins;  // after a gap
};

// A line pixel by pixel. What lies outside of the panel is there too, in few steps.
auto steps_of(const traced_line& line, int width, int height) -> std::vector<step> {
  std::vector<step> all;
  bool gap = true;
  const auto clamped = [](double x, int size) { return std::clamp(x, -1.0 * size, 2.0 * size); };
  for (std::size_t k = 0; 2 * k + 3 < line.at.size(); ++k) {
    const double x0 = clamped(line.at[2 * k], width), y0 = clamped(line.at[2 * k + 1], height);
    const double x1 = clamped(line.at[2 * k + 2], width), y1 = clamped(line.at[2 * k + 3], height);
    if (!std::isfinite(x0 + y0 + x1 + y1)) {
      gap = true;
      continue;
    }
    const int n = std::max(1, static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0)))));
    for (int i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) / n;
      const int x = static_cast<int>(std::floor(x0 + t * (x1 - x0))), y = static_cast<int>(std::floor(y0 + t * (y1 - y0)));
      // Many points in one pixel are one.
      if (!gap && all.back().x == x && all.back().y == y) continue;
      all.push_back({{k, t}, x, y, line.dashed ? 1 : 0, gap});
      gap = false;
    }
  }
  return all;
}

// The level of what was drawn in each pixel, -1 where nothing was.
class drawn {
 public:
  drawn(int width, int height)
      : width_(width), height_(height), levels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), -1) {}

  auto add(const std::vector<step>& steps) -> void {
    for (const auto& s : steps)
      if (0 <= s.x && s.x < width_ && 0 <= s.y && s.y < height_)
        levels_[place(s.x, s.y)] = std::max(levels_[place(s.x, s.y)], s.level);
  }
  // Lines are two pixels wide.
  auto highest_near(int x, int y) const -> int {
    int level = -1;
    for (int i = std::max(0, y - 1); i <= std::min(height_ - 1, y + 1); ++i)
      for (int j = std::max(0, x - 1); j <= std::min(width_ - 1, x + 1); ++j) level = std::max(level, levels_[place(j, i)]);
    return level;
  }

 private:
  auto place(int x, int y) const -> std::size_t { return static_cast<std::size_t>(y * width_ + x); }
  int width_, height_;
  std::vector<int> levels_;
};

// A line that meets another for less than this crosses it: from the highest level down, runs that are too short are one level less.
auto forget_crossings(std::vector<step>& steps, int base) -> void {
  int highest = base;
  for (const auto& s : steps) highest = std::max(highest, s.level);
  for (int level = highest; level > base; --level)
    for (std::size_t begin = 0; begin < steps.size();) {
      auto end = begin;
      while (end < steps.size() && steps[end].level >= level && (end == begin || !steps[end].begins)) ++end;
      if (end - begin < least_run)
        for (auto k = begin; k < end; ++k) steps[k].level = level - 1;
      begin = std::max(end, begin + 1);
    }
}

auto stretches_in(const std::vector<step>& steps, const traced_line& line) -> std::vector<stretch> {
  std::vector<stretch> all;
  const auto end_of_run = [&](std::size_t k) {
    // The run ends at a vertex, before a gap or at the end of the line.
    auto last = steps[k].at.first;
    while (2 * last + 3 < line.at.size() && std::isfinite(line.at[2 * last + 2]) && std::isfinite(line.at[2 * last + 3])) ++last;
    return place_on_line{last - 1, 1};
  };
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const bool goes_on = k > 0 && !steps[k].begins;
    if (goes_on && steps[k].level == all.back().level) continue;
    if (goes_on) all.back().to = steps[k].at;
    all.push_back({steps[k].at, end_of_run(k), steps[k].level});
  }
  return all;
}

}  // namespace

auto stretches_of(const std::vector<traced_line>& lines, int width, int height) -> std::vector<std::vector<stretch>> {
  std::vector<std::vector<stretch>> all;
  drawn before(width + 1, height + 1);  // what lies on the frame is seen, too
  for (const auto& line : lines) {
    auto steps = steps_of(line, width, height);
    for (auto& s : steps)
      if (const int below = before.highest_near(s.x, s.y); below >= 0) s.level = std::max(s.level, below + 1);
    forget_crossings(steps, line.dashed ? 1 : 0);
    before.add(steps);
    all.push_back(stretches_in(steps, line));
  }
  return all;
}

auto dash_of(int level) -> dash {
  return level == 0 ? dash{0, 0} : level == 1 ? dash{10, 5} : level == 2 ? dash{5, 10} : dash{2.5, 12.5};
}

}  // namespace seegrad::detail::plotting
