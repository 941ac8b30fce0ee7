#include <autodiff/plot/plot.hpp>

#include <algorithm>
#include <autodiff/array/npy.hpp>
#include <autodiff/plot/draw.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <cmath>
#include <fmt/format.h>
#include <ostream>

namespace seegrad {
namespace {

auto alone(const detail::plotting::layer& l) -> bool {
  return std::holds_alternative<detail::plotting::heat_layer>(l) || std::holds_alternative<detail::plotting::images_layer>(l);
}
auto covers(const detail::plotting::layer& l) -> bool {
  return std::holds_alternative<detail::plotting::contour_layer>(l) || std::holds_alternative<detail::plotting::regions_layer>(l);
}

}  // namespace

plot::plot(std::filesystem::path file, plot_options options) : file_(std::move(file)) {
  const auto good = [](int n) { return n == 0 || (n >= 100 && n <= 8000); };
  if (!good(options.width) || !good(options.height))
    throw error(
        fmt::format("plot: a size of {}x{} pixels; each can be 100 to 8000, or 0 for what suits", options.width, options.height));
  figure_.width = options.width, figure_.height = options.height;
}

auto plot::title(std::string text) -> plot& { return figure_.title = std::move(text), *this; }

auto plot::panels(int rows, int columns) -> plot& {
  if (rows < 1 || columns < 1 || rows > 50 || columns > 50)
    throw error(fmt::format("panels: {} rows and {} columns; each can be 1 to 50", rows, columns));
  if (static_cast<std::size_t>(rows * columns) < figure_.panels.size())
    throw error(fmt::format("panels: {} rows and {} columns have no room for {} panels", rows, columns, figure_.panels.size()));
  figure_.rows = rows, figure_.columns = columns;
  return *this;
}

auto plot::panel(std::string title) -> plot& {
  if (!figure_.begun && !now().layers.empty())
    throw error("panel: something was drawn before the first panel; begin with panel()");
  const auto room = static_cast<std::size_t>(figure_.rows * figure_.columns);
  if (figure_.begun && figure_.rows > 0 && figure_.panels.size() == room)
    throw error(fmt::format("panel: there is room for {} panels; ask panels(rows, columns) for more", room));
  if (figure_.begun) figure_.panels.emplace_back();
  figure_.begun = true;
  now().title = std::move(title);
  return *this;
}

auto plot::x_label(std::string text) -> plot& { return now().x_label = std::move(text), *this; }
auto plot::y_label(std::string text) -> plot& { return now().y_label = std::move(text), *this; }
auto plot::log_x() -> plot& { return now().log_x = true, *this; }
auto plot::log_y() -> plot& { return now().log_y = true, *this; }

namespace {

auto range_of(const char* who, double from, double to) -> detail::plot_range {
  if (!std::isfinite(from) || !std::isfinite(to) || !(from < to))
    throw error(fmt::format("{}: from {} to {}; a range goes from a finite number to a larger one", who, from, to));
  return {from, to};
}

}  // namespace

auto plot::x_range(double from, double to) -> plot& { return now().x_range = range_of("x_range", from, to), *this; }
auto plot::y_range(double from, double to) -> plot& { return now().y_range = range_of("y_range", from, to), *this; }

auto plot::next_colour(const char* who, int wanted) -> int {
  if (wanted < -1 || wanted > 7) throw error(fmt::format("{}: colour {}; there are 0 to 7, and -1 for the next", who, wanted));
  return wanted < 0 ? now().colours++ : wanted;
}

auto plot::add(const char* who, detail::plotting::layer layer) -> plot& {
  auto& layers = now().layers;
  if (!layers.empty() && (alone(layer) || alone(layers.front())))
    throw error(fmt::format("{}: it would lie over what the panel shows already; begin another with panel()", who));
  // What covers its whole area lies below what was drawn before.
  layers.insert(covers(layer) ? layers.begin() : layers.end(), std::move(layer));
  return *this;
}

auto plot::available() -> bool { return detail::plotting::gnuplot_found(); }

auto plot::to_svg() const -> std::string {
  return detail::plotting::tidy_svg(detail::plotting::run_gnuplot(to_gnuplot("svg")), figure_);
}

auto plot::to_png() const -> std::string {
  auto bytes = detail::plotting::run_gnuplot(to_gnuplot("pngcairo"));
  if (!bytes.starts_with("\x89PNG")) throw error("plot: gnuplot made no PNG; is it built with pngcairo, as gnuplot-nox is?");
  return bytes;
}

auto plot::to_gnuplot(std::string_view terminal) const -> std::string {
  if (terminal != "svg" && terminal != "pngcairo")
    throw error(fmt::format("plot: no terminal '{}'; it can be svg or pngcairo", terminal));
  return detail::plotting::commands_for(figure_, terminal);
}

auto plot::save() const -> void {
  if (file_.empty()) throw error("plot: save() needs the name of a file, here or in plot(\"loss.svg\")");
  save(file_);
}

auto plot::save(const std::filesystem::path& file) const -> void {
  auto suffix = file.extension().string();
  for (char& c : suffix) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (suffix != ".svg" && suffix != ".png")
    throw error(fmt::format("plot: '{}' has no known suffix; it can be .svg or .png", file.string()));
  const auto bytes = suffix == ".svg" ? to_svg() : to_png();
  detail::replace_file(file, "plot",
                       [&](std::ostream& out) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

auto plot::width() const -> int { return detail::plotting::size_of_figure(figure_).width; }
auto plot::height() const -> int { return detail::plotting::size_of_figure(figure_).height; }

}  // namespace seegrad
