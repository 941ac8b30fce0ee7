// Matrices and images, checked and put into layers.

#include <autodiff/plot/plot.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>

namespace seegrad {
namespace {

auto finite_range(std::span<const double> values) -> detail::plot_range {
  detail::plot_range r{0, 0};
  bool any = false;
  for (const double x : values) {
    if (!std::isfinite(x)) continue;
    if (!any) r = {x, x};
    any = true, r.from = std::min(r.from, x), r.to = std::max(r.to, x);
  }
  return r;
}

auto check_names(const char* who, const char* what, std::size_t names, index_t n) -> void {
  if (names != 0 && names != static_cast<std::size_t>(n)) throw error(fmt::format("{}: {} names for {} {}", who, names, n, what));
}

auto numbered(const std::vector<std::string>& names, index_t n) -> std::vector<std::string> {
  if (!names.empty()) return names;
  std::vector<std::string> all;
  for (index_t i = 0; i < n; ++i) all.push_back(std::to_string(i));
  return all;
}

auto matrix_layer(const char* who, const array& matrix) -> detail::plotting::heat_layer {
  if (matrix.rank() != 2 || matrix.size() == 0)
    throw error(fmt::format("{}: {} is no matrix with numbers in it", who, to_string(matrix.shape())));
  detail::plotting::heat_layer h;
  h.rows = matrix.extent(0), h.columns = matrix.extent(1), h.shade = matrix.to_vector<double>();
  return h;
}

}  // namespace

auto plot::heat_map(const array& matrix, heat_map_options options) -> plot& {
  auto h = matrix_layer("heat_map", matrix);
  if (options.digits < 1 || options.digits > 17)
    throw error(fmt::format("heat_map: {} digits; they can be 1 to 17", options.digits));
  check_names("heat_map", "rows", options.rows.size(), h.rows);
  check_names("heat_map", "columns", options.columns.size(), h.columns);
  h.row_names = numbered(options.rows, h.rows), h.column_names = numbered(options.columns, h.columns);
  const auto r = finite_range(h.shade);
  h.diverging = r.from < 0 && r.to > 0;
  const double most = std::max(-r.from, r.to);
  h.from = h.diverging ? -most : r.from, h.to = h.diverging ? most : r.to;
  if (options.numbers) {
    for (const double x : h.shade)
      h.text.push_back(std::isfinite(x) ? fmt::format("{:.{}g}", x, options.digits) : fmt::format("{}", x));
  }
  return add("heat_map", std::move(h));
}

auto plot::confusion(const array& counts, const std::vector<std::string>& classes) -> plot& {
  auto h = matrix_layer("confusion", counts);
  if (h.rows != h.columns) throw error(fmt::format("confusion: {} counts; a square matrix is needed", to_string(counts.shape())));
  check_names("confusion", "classes", classes.size(), h.rows);
  h.row_names = h.column_names = numbered(classes, h.rows);
  h.scale_shown = false;
  const auto k = static_cast<std::size_t>(h.rows);
  for (std::size_t i = 0; i < k; ++i) {
    const std::span<double> row(h.shade.data() + i * k, k);
    double sum = 0;
    for (const double x : row) {
      if (!(x >= 0) || !std::isfinite(x)) throw error(fmt::format("confusion: {} is not a count", x));
      sum += x;
    }
    for (double& x : row) {
      h.text.push_back(fmt::format("{}", x));
      x = sum > 0 ? x / sum : 0;
    }
  }
  if (now().x_label.empty()) now().x_label = "predicted";
  if (now().y_label.empty()) now().y_label = "true";
  return add("confusion", std::move(h));
}

auto plot::images(const array& stack, images_options options) -> plot& {
  const bool channel = stack.rank() == 4 && stack.extent(1) == 1;
  if ((stack.rank() != 3 && !channel) || stack.size() == 0)
    throw error(fmt::format("images: {}; [n x height x width] or [n x 1 x height x width] is needed", to_string(stack.shape())));
  detail::plotting::images_layer m;
  m.count = stack.extent(0), m.height = stack.extent(-2), m.width = stack.extent(-1);
  if (m.count > 1000) throw error(fmt::format("images: {} images; 1000 at most can be told apart, so take fewer", m.count));
  check_names("images", "images", options.captions.size(), m.count);
  if (!options.marked.empty() && options.marked.size() != static_cast<std::size_t>(m.count))
    throw error(fmt::format("images: {} marks for {} images", options.marked.size(), m.count));
  if (options.range && !(options.range->from < options.range->to))
    throw error(fmt::format("images: from {} to {}; a range goes to a larger number", options.range->from, options.range->to));
  if (options.columns < 0) throw error(fmt::format("images: {} columns", options.columns));
  m.captions = std::move(options.captions), m.marked = std::move(options.marked), m.diverging = options.diverging;
  const auto suits = static_cast<index_t>(std::ceil(std::sqrt(1.6 * static_cast<double>(m.count))));
  m.columns = std::min<index_t>(m.count, options.columns ? options.columns : suits);

  const auto values = stack.to_vector<double>();
  const auto size = static_cast<std::size_t>(m.height * m.width);
  const auto all = options.range ? *options.range : finite_range(values);
  detail::plot_range r;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (k % size == 0) {
      r = options.each ? finite_range(std::span(values).subspan(k, size)) : all;
      if (m.diverging) r.to = std::max(std::abs(r.from), std::abs(r.to)), r.from = -r.to;
    }
    const double share = r.to > r.from ? (values[k] - r.from) / (r.to - r.from) : 0.5;
    m.shade.push_back(std::isfinite(values[k]) ? static_cast<int>(std::lround(255 * std::clamp(share, 0.0, 1.0))) : -1);
  }
  return add("images", std::move(m));
}

}  // namespace seegrad
