#pragma once
// A figure as commands for gnuplot.

#include <autodiff/plot/panel.hpp>
#include <autodiff/plot/theme.hpp>
#include <string>
#include <string_view>

namespace seegrad::detail::plotting {

struct pixels {
  int width = 0, height = 0;
};
/// The size asked for, or what suits the panels.
auto size_of_figure(const figure& f) -> pixels;
auto rows_of(const figure& f) -> int;
auto columns_of(const figure& f) -> int;

auto commands_for(const figure& f, std::string_view terminal) -> std::string;

/// gnuplot's SVG with the title of the figure, or of its only panel, in place of gnuplot's names for parts, images whose pixels stay sharp, colours that all are
/// "#rrggbb", and a style sheet for dark pages.
auto tidy_svg(std::string svg, const figure& f) -> std::string;

// --- The parts -------------------------------------------------------------------------------------------------

/// Where a panel lies, in pixels from the upper left corner, and what has been written of it.
struct canvas {
  std::string& out;
  int left = 0, top = 0, width = 0, height = 0, whole_width = 0, whole_height = 0;
  int* blocks;        ///< so many data blocks have names
  double points = 1;  ///< of gnuplot's font size in a pixel

  auto font(int size) const -> std::string;
};

/// Commands that come before `plot`, and the parts of `plot` itself.
struct drawing {
  std::string before;
  std::vector<std::string> plots;
  bool named = false;  ///< whether a key is needed
  std::string_view nothing = "nothing to draw: no finite numbers";
};
auto draw_curves(const canvas& c, const panel& p) -> drawing;
/// What a heat map and a confusion matrix are.
auto draw_heat(const canvas& c, const heat_layer& h) -> drawing;
auto draw_images(const canvas& c, const images_layer& m) -> drawing;
auto draw_contour(const canvas& c, const contour_layer& l, drawing& to) -> void;
auto draw_regions(const canvas& c, const regions_layer& l, drawing& to) -> void;

/// A number as gnuplot reads it, "NaN" if it is not finite.
auto put(std::string& out, double x) -> void;
/// The name of a new data block with these numbers in lines of so many.
auto data_block(const canvas& c, const std::vector<double>& numbers, std::size_t a_line) -> std::string;

/// A matrix as rectangles of `side`, the first with its corner at (x, y); empty if no number is finite.
auto image_of(const canvas& c, const std::vector<double>& shades, index_t columns, double x, double y, double side)
    -> std::string;

/// Whether a matrix is drawn as a rectangle for each number. One of more than 10,000 is an image, as otherwise it would be megabytes.
auto has_rectangles(const heat_layer& h) -> bool;
auto scale_of(const heat_layer& h) -> scale;

}  // namespace seegrad::detail::plotting
