// What a plot is given, checked and put into layers.

#include <autodiff/plot/plot.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto finite_range(const std::vector<double>& values) -> std::optional<detail::plot_range> {
  std::optional<detail::plot_range> r;
  for (const double x : values) {
    if (!std::isfinite(x)) continue;
    if (!r) r = {x, x};
    r->from = std::min(r->from, x), r->to = std::max(r->to, x);
  }
  return r;
}

auto check_area(const char* who, const area& over) -> void {
  for (const auto& [from, to] : {over.x, over.y}) {
    if (!std::isfinite(from) || !std::isfinite(to) || !(from < to))
      throw error(fmt::format("{}: from {} to {}; an area goes from a finite number to a larger one", who, from, to));
  }
}

auto grid_of(const char* who, const array& values, const area& over) -> detail::plotting::grid {
  check_area(who, over);
  if (values.rank() != 2 || values.extent(0) < 2 || values.extent(1) < 2)
    throw error(fmt::format("{}: {} values; a matrix of 2x2 at least is needed", who, to_string(values.shape())));
  return {over.x, over.y, values.extent(0), values.extent(1), values.to_vector<double>()};
}

auto grid_of(const char* who, const detail::plane_function& f, const area& over, int resolution) -> detail::plotting::grid {
  check_area(who, over);
  if (resolution < 2 || resolution > 1000)
    throw error(fmt::format("{}: a resolution of {}; it can be 2 to 1000", who, resolution));
  const auto values = f(detail::grid_points(over, resolution));
  const index_t n = resolution;
  if (values.size() != n * n)
    throw error(fmt::format("{}: the function made {} from [{}x2] points; one number a point is needed", who,
                            to_string(values.shape()), n * n));
  return {over.x, over.y, n, n, values.to_vector<double>()};
}

auto contours(detail::plotting::grid over, const contour_options& options) -> detail::plotting::contour_layer {
  if (options.levels < 2 || options.levels > 100)
    throw error(fmt::format("contour: {} levels; they can be 2 to 100", options.levels));
  auto boundary = options.boundary;
  if (boundary && !std::isfinite(*boundary))
    throw error(fmt::format("contour: the boundary is {}; it must be finite", *boundary));
  if (const auto r = finite_range(over.values); r && !boundary) {
    if (r->from >= 0 && r->to <= 1) boundary = 0.5;
    else if (r->from < 0 && r->to > 0) boundary = 0;
  }
  return {std::move(over), options.levels, boundary};
}

auto regions_of(detail::plotting::grid over) -> detail::plotting::regions_layer {
  int classes = 0;
  for (const double x : over.values) {
    if (!(x >= 0 && x < 1000 && x == std::floor(x)))
      throw error(fmt::format("regions: {} is not a class; they are 0, 1, 2, …", x));
    classes = std::max(classes, static_cast<int>(x) + 1);
  }
  return {std::move(over), classes};
}

}  // namespace

namespace detail {
auto grid_points(const area& over, int resolution) -> array {
  const auto n = static_cast<std::size_t>(resolution);
  std::vector<double> xy;
  xy.reserve(2 * n * n);
  const auto at = [&](const plot_range& r, int k) {
    return k + 1 == resolution ? r.to : r.from + (r.to - r.from) * k / (resolution - 1);
  };
  for (int i = 0; i < resolution; ++i) {
    for (int j = 0; j < resolution; ++j) xy.push_back(at(over.x, j)), xy.push_back(at(over.y, i));
  }
  return array(xy, {resolution * static_cast<index_t>(resolution), 2});
}
}  // namespace detail

auto plot::line(std::string name, plot_data x, plot_data y, line_options options) -> plot& {
  if (x.size() != y.size())
    throw error(fmt::format("line: {} x values and {} y values; there must be as many of both", x.size(), y.size()));
  const int colour = next_colour("line", options.colour);
  return add("line",
             detail::plotting::line_layer{std::move(name), std::move(x).values(), std::move(y).values(), options.dashed, colour});
}

auto plot::line(std::string name, plot_data y, line_options options) -> plot& {
  std::vector<double> x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  return line(std::move(name), x, std::move(y), options);
}

auto plot::points(std::string name, plot_data x, plot_data y, int colour) -> plot& {
  if (x.size() != y.size())
    throw error(fmt::format("points: {} x values and {} y values; there must be as many of both", x.size(), y.size()));
  colour = next_colour("points", colour);
  return add("points", detail::plotting::points_layer{std::move(name), std::move(x).values(), std::move(y).values(), colour});
}

auto plot::points(const array& xy, const array& labels, const std::vector<std::string>& names) -> plot& {
  if (xy.rank() != 2 || xy.extent(1) != 2 || labels.size() != xy.extent(0))
    throw error(fmt::format("points: {} points and {} labels; [n x 2] points and n labels are needed", to_string(xy.shape()),
                            to_string(labels.shape())));
  const auto at = xy.to_vector<double>(), of = labels.to_vector<double>();
  std::vector<detail::plotting::points_layer> classes(names.size());
  for (std::size_t k = 0; k < of.size(); ++k) {
    if (!(of[k] >= 0 && of[k] < 1000 && of[k] == std::floor(of[k])))
      throw error(fmt::format("points: {} is not a class; they are 0, 1, 2, …", of[k]));
    const auto c = static_cast<std::size_t>(of[k]);
    if (!names.empty() && c >= names.size())
      throw error(fmt::format("points: class {}, and {} names of classes", c, names.size()));
    if (c >= classes.size()) classes.resize(c + 1);
    classes[c].x.push_back(at[2 * k]), classes[c].y.push_back(at[2 * k + 1]);
  }
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes[c].x.empty()) continue;
    classes[c].name = names.empty() ? fmt::format("class {}", c) : names[c];
    classes[c].colour = static_cast<int>(c);
    add("points", std::move(classes[c]));
  }
  return *this;
}

auto plot::histogram(std::string name, plot_data values, histogram_options options) -> plot& {
  if (options.bins < 1 || options.bins > 1000)
    throw error(fmt::format("histogram: {} bins; there can be 1 to 1000", options.bins));
  if (options.range) {
    const auto [from, to] = *options.range;
    if (!std::isfinite(from) || !std::isfinite(to) || !(from < to))
      throw error(fmt::format("histogram: from {} to {}; a range goes from a finite number to a larger one", from, to));
  }
  const int colour = next_colour("histogram", -1);
  return add("histogram",
             detail::plotting::histogram_layer{std::move(name), std::move(values).values(), options.bins, options.range, colour});
}

auto plot::contour(const array& values, const area& over, contour_options options) -> plot& {
  return add("contour", contours(grid_of("contour", values, over), options));
}
auto plot::contour(const detail::plane_function& f, const area& over, contour_options options) -> plot& {
  return add("contour", contours(grid_of("contour", f, over, options.resolution), options));
}
auto plot::regions(const array& classes, const area& over) -> plot& {
  return add("regions", regions_of(grid_of("regions", classes, over)));
}
auto plot::regions(const detail::plane_function& f, const area& over, int resolution) -> plot& {
  return add("regions", regions_of(grid_of("regions", f, over, resolution)));
}

}  // namespace seegrad
