#pragma once
// Plots of training: curves, points, decision boundaries, histograms, confusion matrices and pictures, drawn by gnuplot.
//
//   plot("loss.svg").title("Loss").line("training", losses).line("validation", others).x_label("epoch").log_y().save();
//
//   plot p("digits.png");                                   // .svg or .png
//   p.panels(1, 2).title("Digits");
//   p.panel("what it mistook").confusion(counts, {"0", "1", "2"});
//   p.panel("weights of the first layer").images(weights, {.columns = 8, .diverging = true});
//   p.save();
//
// A plot is a value that collects what is to be drawn; to_svg(), to_png() and save() draw it. Before the first panel() everything
// goes into the only panel, and title() stands above all of them. Numbers that are not finite, or beyond 1e300, are gaps. Colours
// are those of Okabe and Ito (https://jfly.uni-koeln.de/color), which colour-blind readers tell apart. Titles and names are plain
// text, whatever they contain. A line has gaps where it lies on another, so that both are seen. An SVG is dark where the reader's
// pages are. The same plot gives the same bytes. Without the program gnuplot (Debian: gnuplot-nox) nothing but
// drawing fails; ask available() first.

#include <autodiff/plot/panel.hpp>
#include <cmath>
#include <concepts>
#include <filesystem>
#include <functional>

namespace seegrad {

/// Numbers for a plot: an array of any type and shape, a vector, a span or a list.
class plot_data {
 public:
  plot_data(const array& x) : values_(x.to_vector<double>()) {}
  plot_data(std::initializer_list<double> x) : values_(x) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  plot_data(const std::vector<T>& x) : values_(x.begin(), x.end()) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  plot_data(std::span<const T> x) : values_(x.begin(), x.end()) {}

  /// What gnuplot cannot compute with is made a gap, or 0.
  auto values() && -> std::vector<double> {
    for (double& x : values_) x = std::abs(x) <= 1e300 ? (std::abs(x) < 1e-300 ? 0 : x) : NAN;
    return std::move(values_);
  }
  /// How many numbers.
  auto size() const -> std::size_t { return values_.size(); }

 private:
  std::vector<double> values_;
};

/// A rectangle of the plane.
struct area {
  detail::plot_range x, y;  ///< from the left to the right, and from below to above
};

namespace detail {
/// From [n x 2] points (x, y) to n numbers, or n classes counted from 0.
using plane_function = std::function<array(const array&)>;
}  // namespace detail

struct plot_options {
  int width = 0, height = 0;  ///< in pixels, 0 for what suits the panels; a PNG has twice as many, to be sharp
};
struct line_options {
  // So that {1, 2} is a list of numbers and no options.
  /// Nothing that braces could mean.
  struct by_name {
    explicit by_name() = default;
  };
  by_name only = by_name();  ///< so that options are given by name
  bool dashed = false;       ///< or drawn through
  int colour = -1;           ///< 0 to 7 of the palette, -1 for the next
};
struct contour_options {
  int levels = 10;                                ///< bands of colour
  std::optional<double> boundary = std::nullopt;  ///< a thick line; else 0.5 for numbers from 0 to 1, 0 for numbers of both signs
  int resolution = 100;                           ///< points on each side, where a function is drawn
};
struct histogram_options {
  int bins = 30;                                           ///< of equal widths
  std::optional<detail::plot_range> range = std::nullopt;  ///< else from the smallest to the largest number of the panel
};
struct heat_map_options {
  std::vector<std::string> rows = {}, columns = {};  ///< names; numbers from 0 if there are none
  int digits = 3;                                    ///< significant ones
  bool numbers = true;                               ///< written into the cells, where they have room
};
struct images_options {
  int columns = 0;                         ///< 0 for what suits
  std::vector<std::string> captions = {};  ///< below the images, such as "predicted / true"
  std::vector<bool> marked = {};           ///< captions in red, such as the wrong ones
  std::optional<detail::plot_range> range =
      std::nullopt;        ///< from black to white; else from the smallest number of all to the largest
  bool each = false;       ///< each image from its own smallest number to its own largest
  bool diverging = false;  ///< blue below 0, white at 0, orange above, as for weights
};

class plot {
 public:
  /// The file is that of save().
  explicit plot(std::filesystem::path file = {}, plot_options options = {});

  /// Above all panels.
  auto title(std::string text) -> plot&;
  /// Room for panels, row by row. Throws if there are more already.
  auto panels(int rows, int columns) -> plot&;
  /// What follows goes into the next panel. Throws if there is no room.
  auto panel(std::string title = {}) -> plot&;

  /// Below the panel's axis.
  auto x_label(std::string text) -> plot&;
  /// Beside the panel's axis.
  auto y_label(std::string text) -> plot&;
  /// Numbers that are not positive are gaps.
  auto log_x() -> plot&;
  /// The same upwards.
  auto log_y() -> plot&;
  /// What the axis shows; else what there is. Throws unless from < to and both are finite.
  auto x_range(double from, double to) -> plot&;
  /// The same upwards.
  auto y_range(double from, double to) -> plot&;

  /// Throws if there are not as many y as x. A line of more than 5000 points keeps its ends and the extremes of 2500 stretches.
  auto line(std::string name, plot_data x, plot_data y, line_options options = {}) -> plot&;
  /// Over 0, 1, 2, …
  auto line(std::string name, plot_data y, line_options options = {}) -> plot&;
  /// Of more than 5000 points, every second, third … is drawn.
  auto points(std::string name, plot_data x, plot_data y, int colour = -1) -> plot&;
  /// [n x 2] points in the colours of their classes: labels [n] from 0; the classes may have names.
  auto points(const array& xy, const array& labels, const std::vector<std::string>& names = {}) -> plot&;
  /// How many of the values lie in each bin.
  auto histogram(std::string name, plot_data values, histogram_options options = {}) -> plot&;

  /// [rows x columns] values at evenly spaced points of the area, its edges included, the first row at the lowest y; or those of
  /// a function.
  auto contour(const array& values, const area& over, contour_options options = {}) -> plot&;
  auto contour(const detail::plane_function& f, const area& over, contour_options options = {}) -> plot&;
  /// The same for classes, each in a pale shade of the colour its points have.
  auto regions(const array& classes, const area& over) -> plot&;
  auto regions(const detail::plane_function& f, const area& over, int resolution = 200) -> plot&;

  /// A matrix in colours, blue and orange on either side of 0 if it has numbers of both signs.
  auto heat_map(const array& matrix, heat_map_options options = {}) -> plot&;
  /// How many of the class in the row were taken for the class in the column: [k x k]. The colour is the share in the row.
  auto confusion(const array& counts, const std::vector<std::string>& classes = {}) -> plot&;
  /// [n x height x width], or with one channel [n x 1 x height x width].
  auto images(const array& stack, images_options options = {}) -> plot&;

  /// Whether gnuplot can be started.
  static auto available() -> bool;
  /// The bytes of an image. Throws if gnuplot cannot be started or fails.
  auto to_svg() const -> std::string;
  /// The same as pixels.
  auto to_png() const -> std::string;
  /// What gnuplot is told for the terminal "svg" or "pngcairo".
  auto to_gnuplot(std::string_view terminal = "svg") const -> std::string;
  /// Writes .svg or .png, by the suffix. On an error no file is made, and one that was there is kept.
  auto save() const -> void;
  auto save(const std::filesystem::path& file) const -> void;

  /// As given to the constructor.
  auto file() const -> const std::filesystem::path& { return file_; }
  /// As given to title().
  auto heading() const -> const std::string& { return figure_.title; }
  /// In pixels.
  auto width() const -> int;
  /// The same upwards.
  auto height() const -> int;

 private:
  auto now() -> detail::plotting::panel& { return figure_.panels.back(); }
  auto add(const char* who, detail::plotting::layer layer) -> plot&;
  auto next_colour(const char* who, int wanted) -> int;

  std::filesystem::path file_;
  detail::plotting::figure figure_;
};

namespace detail {
/// [resolution² x 2] points of a contour's grid, in its order.
auto grid_points(const area& over, int resolution) -> array;
}  // namespace detail

}  // namespace seegrad
