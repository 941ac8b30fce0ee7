#pragma once
// Curves and points with no more of them than are seen.

#include <vector>

namespace seegrad::detail::plotting {

struct xy {
  std::vector<double> numbers;  ///< x, y, x, y, …
  bool any = false;             ///< whether there is a point to draw
};

/// The ends, and of each stretch the smallest and the largest y in the order they come in: what stands out stays. A stretch without a finite y
/// stays a gap.
auto thinned_line(const std::vector<double>& x, const std::vector<double>& y) -> xy;
/// Every second, third … point, and none that is not finite.
auto thinned_points(const std::vector<double>& x, const std::vector<double>& y) -> xy;
/// Points between gaps, of which no line is made.
auto without_neighbours(const std::vector<double>& numbers) -> std::vector<double>;

}  // namespace seegrad::detail::plotting
