#pragma once
// What a plot remembers of its panels until it is drawn. Users have no need of it: plot.hpp fills it in.

#include <autodiff/array/array.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace seegrad::detail {

/// From the smaller number to the larger one.
struct plot_range {
  double from = 0, to = 1;  ///< the one end and the other
};

namespace plotting {

struct line_layer {
  std::string name;
  std::vector<double> x, y;
  bool dashed = false;
  int colour = 0;
};
struct points_layer {
  std::string name;
  std::vector<double> x, y;
  int colour = 0;
};
struct histogram_layer {
  std::string name;
  std::vector<double> values;
  int bins = 30;
  std::optional<plot_range> range = std::nullopt;
  int colour = 0;
};
/// Numbers over a rectangle, the first row at the bottom.
struct grid {
  plot_range x, y;
  index_t rows = 0, columns = 0;
  std::vector<double> values;
};
struct contour_layer {
  grid over;
  int levels = 10;
  std::optional<double> boundary = std::nullopt;
};
struct regions_layer {
  grid over;
  int classes = 0;
};
/// The first row at the top; `shade` is the colour and `text` what stands in the cell.
struct heat_layer {
  index_t rows = 0, columns = 0;
  std::vector<double> shade;
  std::vector<std::string> text, row_names, column_names;
  double from = 0, to = 1;
  bool diverging = false, scale_shown = true;
};
struct images_layer {
  index_t count = 0, height = 0, width = 0, columns = 1;
  std::vector<int> shade;  ///< 0 to 255; negative where there was no finite number
  std::vector<std::string> captions;
  std::vector<bool> marked;
  bool diverging = false;
};

using layer = std::variant<line_layer, points_layer, histogram_layer, contour_layer, regions_layer, heat_layer, images_layer>;

struct panel {
  std::string title = {}, x_label = {}, y_label = {};
  bool log_x = false, log_y = false;
  std::optional<plot_range> x_range = std::nullopt, y_range = std::nullopt;
  std::vector<layer> layers = {};
  int colours = 0;  ///< so many of the palette are in use
};

struct figure {
  std::string title = {};
  int width = 0, height = 0, rows = 0, columns = 0;
  std::vector<panel> panels = {panel{}};
  bool begun = false;  ///< whether the first panel was asked for
};

}  // namespace plotting

}  // namespace seegrad::detail
