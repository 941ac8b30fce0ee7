#pragma once
// What of a panel has numbers on its axes, ready to be drawn.

#include <autodiff/plot/panel.hpp>
#include <autodiff/plot/tics.hpp>

namespace seegrad::detail::plotting {

/// A curve, points or bars.
struct mark {
  const layer* of;
  std::vector<double> numbers;  ///< x, y, x, y, …
  double bar_width = 0;
};

struct marks {
  std::vector<mark> all;
  extent x, y;  ///< what they span
  bool counted = false, lines_only = true;
  int histograms = 0;
};

/// Of curves and points no more than are seen; of histograms the counts, in bins that they share. The panel must outlive it.
auto marks_of(const panel& p) -> marks;

}  // namespace seegrad::detail::plotting
