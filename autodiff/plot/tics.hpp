#pragma once
// Where an axis has its numbers.

#include <autodiff/plot/panel.hpp>
#include <cmath>

namespace seegrad::detail::plotting {

struct tic {
  double at;
  std::string text;
};

/// How long an axis is, and whether its texts stand side by side or above each other.
struct room {
  double pixels;
  bool side_by_side = true;
};
/// 1, 2 or 5 times a power of ten apart, or every second of such, and so far that their texts have room; each says another number. `whole`: at whole numbers only.
auto even_tics(double low, double high, room r, bool whole = false) -> std::vector<tic>;
/// The same where the axis is logarithmic. gnuplot would show powers of ten only, of which a loss that goes from 0.7 to 0.2 meets none.
auto log_tics(double low, double high, room r) -> std::vector<tic>;

/// What lies on an axis.
struct extent {
  double low = INFINITY, high = -INFINITY, least_positive = INFINITY;
  bool whole = true;
  auto see(double x) -> void;
  auto any() const -> bool { return low <= high; }
};

struct axis {
  char name = 'x';
  bool log = false;
  std::optional<plot_range> asked = std::nullopt;
  bool tight = false;  ///< whether it ends where the data do
  double pixels = 0;
};
/// From where to where it goes.
auto range_of(const axis& a, const extent& seen) -> plot_range;
/// gnuplot's commands for it.
auto put_axis(std::string& out, const axis& a, const extent& seen) -> void;
/// Those for numbers from left to right alone.
auto put_tics(std::string& out, char axis, const std::vector<tic>& tics) -> void;

}  // namespace seegrad::detail::plotting
