#pragma once
// A figure as commands for gnuplot.

#include <autodiff/plot/panel.hpp>
#include <string>
#include <string_view>

namespace seegrad::plotting {

struct pixels {
  int width = 0, height = 0;
};
/// The size asked for, or what suits the panels.
auto size_of_figure(const figure& f) -> pixels;
auto rows_of(const figure& f) -> int;
auto columns_of(const figure& f) -> int;

auto commands_for(const figure& f, std::string_view terminal) -> std::string;

/// gnuplot's SVG with a title of its own in place of gnuplot's names for parts, and images whose pixels stay sharp.
auto tidy_svg(std::string svg, std::string_view title) -> std::string;

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

/// The palette of Okabe and Ito, and shapes for those who cannot tell colours at all.
auto colour(int k) -> std::string;
auto pale_colour(int k) -> std::string;
auto shape(int k) -> int;
inline constexpr std::string_view sequential =
                                      "defined (0 '#f7fbff', 0.25 '#c6dbef', 0.5 '#6baed6', 0.75 '#2171b5', 1 '#08306b')",
                                  diverging = "defined (0 '#084594', 0.25 '#6baed6', 0.5 '#f7f7f7', 0.75 '#f4a460', 1 '#a63603')",
                                  pale_diverging = "defined (0 '#8fc4e6', 0.5 '#fbfbfb', 1 '#f5bd8f')",
                                  greys = "defined (0 '#ffffff', 1 '#8c8c8c')";

}  // namespace seegrad::plotting
