#pragma once
// Which lines are dashed, so that none hides another.
//
//   const auto level = dash_levels(lines, 400, 300);   // a line of level 1 has gaps in which one of level 0 is seen

#include <string>
#include <vector>

namespace seegrad::plotting {

struct traced_line {
  std::vector<double> at;  ///< x, y, x, y, … in pixels; a NaN is a gap
  bool dashed = false;     ///< whether it has gaps by itself
};

/// Of lines that are drawn one after the other in a panel of so many pixels. A line that lies on others for two dozen pixels gets one level more
/// than they have; lines that only cross do not.
auto dash_levels(const std::vector<traced_line>& lines, int width, int height) -> std::vector<int>;

/// Pixels that are drawn, and pixels of the gap after them; two zeros for a line without gaps. Dashes of the levels are so long that all of three
/// lines that lie on each other are seen.
struct dash {
  double on, off;
};
auto dash_of(int level) -> dash;

}  // namespace seegrad::plotting
