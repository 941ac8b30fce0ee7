#pragma once
// Where lines are dashed, so that none hides another.
//
//   for (const auto& s : stretches_of(lines, 400, 300)[1]) …   // where s.level is 1, lines[1] has gaps in which lines[0] is seen

#include <cstddef>
#include <vector>

namespace seegrad::detail::plotting {

struct traced_line {
  std::vector<double> at;  ///< x, y, x, y, … in pixels; a NaN is a gap
  bool dashed = false;     ///< whether it has gaps by itself
};

/// A point between two neighbours of a line: 0 at the first of them, 1 at the second.
struct place_on_line {
  std::size_t first = 0;
  double share = 0;
};
struct stretch {
  place_on_line from, to;
  int level = 0;
};

/// Of each of the lines that are drawn one after the other in a panel of so many pixels, its stretches in their order. Where a line lies on others
/// for two dozen pixels it has one level more than they have, and elsewhere level 0, or 1 if it is dashed by itself. Lines that only cross do not
/// lie on each other. What is in no stretch is a gap.
auto stretches_of(const std::vector<traced_line>& lines, int width, int height) -> std::vector<std::vector<stretch>>;

/// Pixels that are drawn, and pixels of the gap after them; two zeros for a line without gaps.
struct dash {
  double on, off;
};
auto dash_of(int level) -> dash;

}  // namespace seegrad::detail::plotting
