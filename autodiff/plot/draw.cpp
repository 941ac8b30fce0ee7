#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <array>
#include <autodiff/plot/gnuplot.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::plotting {
namespace {

constexpr int heading_height = 34, title_height = 24;

auto has_names(const panel& p) -> bool {
  const auto named = [](const layer& l) {
    if (const auto* a = std::get_if<line_layer>(&l)) return !a->name.empty();
    if (const auto* b = std::get_if<points_layer>(&l)) return !b->name.empty();
    if (const auto* d = std::get_if<histogram_layer>(&l)) return !d->name.empty();
    return false;
  };
  return std::any_of(p.layers.begin(), p.layers.end(), named);
}

// The height that suits what a panel shows, if it is so wide.
auto suitable_height(const panel& p, int width) -> int {
  const int title = p.title.empty() ? 0 : title_height;
  if (p.layers.empty()) return 200;
  if (const auto* m = std::get_if<images_layer>(&p.layers.front())) {
    const auto rows = (m->count + m->columns - 1) / m->columns;
    const double tile = std::min(160.0, static_cast<double>(width - 16) / static_cast<double>(m->columns) - 6);
    const double high = tile * static_cast<double>(m->height) / static_cast<double>(m->width) + (m->captions.empty() ? 6 : 24);
    return std::clamp(static_cast<int>(high * static_cast<double>(rows)) + title + 16, 100, 4000);
  }
  if (const auto* h = std::get_if<heat_layer>(&p.layers.front())) {
    const double cell = std::min(110.0, static_cast<double>(width - 130) / static_cast<double>(h->columns));
    const double high = std::clamp(cell * static_cast<double>(h->rows), 100.0, 1.0 * width);
    return static_cast<int>(high) + title + 110;
  }
  return width * 5 / 8 + (has_names(p) ? 24 : 0) + title;
}

auto style(std::string_view terminal, pixels size) -> std::string {
  if (terminal == "svg") {
    return fmt::format("set terminal svg size {},{} fixed standalone noenhanced font 'sans-serif,12' background '#ffffff'\n",
                       size.width, size.height);
  }
  return fmt::format(
      "set terminal pngcairo size {},{} noenhanced font 'sans-serif,9' "
      "fontscale 2 linewidth 2 pointscale 2 background '#ffffff'\n",
      2 * size.width, 2 * size.height);
}

auto draw_panel(canvas c, const panel& p) -> void {
  auto& out = c.out;
  const double w = c.whole_width, h = c.whole_height;
  // What is too wide is shortened, for gnuplot would let it run over the edge. A letter is at most about 8 pixels wide.
  const auto fits = [](int room, double letter) { return static_cast<std::size_t>(std::max(8.0, room / letter)); };
  out += "reset\nset encoding utf8\n";
  // gnuplot would put its own title below the key, and at another height in each panel.
  if (!p.title.empty()) {
    fmt::format_to(std::back_inserter(out), "set label {} at screen {:.6f},{:.6f} center{} textcolor rgb '#1a1a1a'\n",
                   quoted(p.title, fits(c.width, 8.4)), (c.left + c.width / 2.0) / w, 1 - (c.top + 15) / h, c.font(13));
    c.top += title_height, c.height -= title_height;
  }
  fmt::format_to(std::back_inserter(out), "set origin {:.6f},{:.6f}\n", c.left / w, 1 - (c.top + c.height) / h);
  fmt::format_to(std::back_inserter(out), "set size {:.6f},{:.6f}\n", c.width / w, c.height / h);
  out += "set border 3 lc rgb '#808080' lw 0.8\nset tics nomirror scale 0.5 textcolor rgb '#333333'\nset format '%g'\n";
  out += "set grid lc rgb '#e4e4e4' lw 0.6 lt 1\nset style fill solid 1 noborder\nset key off\n";
  if (!p.x_label.empty())
    out += "set xlabel " + quoted(p.x_label, fits(c.width - 60, 7.6)) + " offset 0,0.5 textcolor rgb '#333333'\n";
  if (!p.y_label.empty()) out += "set ylabel " + quoted(p.y_label, fits(c.height - 60, 7.6)) + " textcolor rgb '#333333'\n";

  drawing d;
  if (!p.layers.empty()) {
    if (const auto* heat = std::get_if<heat_layer>(&p.layers.front())) d = draw_heat(c, *heat);
    else if (const auto* images = std::get_if<images_layer>(&p.layers.front())) d = draw_images(c, *images);
    else d = draw_curves(c, p);
  }
  if (d.named)
    out += "set key outside top center horizontal Left reverse samplen 1.6 width 0 spacing 1.15 textcolor rgb '#333333'\n";
  out += d.before;
  if (d.plots.empty()) {
    out += "set xrange [0:1]\nset yrange [0:1]\nunset tics\nunset grid\nunset logscale\n";
    out += "set label " + quoted(d.nothing) + " at graph 0.5,0.5 center textcolor rgb '#666666'\n";
    d.plots = {"NaN notitle"};
  }
  for (std::size_t k = 0; k < d.plots.size(); ++k) out += (k == 0 ? "plot " : ", \\\n  ") + d.plots[k];
  out += '\n';
}

}  // namespace

auto canvas::font(int size) const -> std::string { return fmt::format(" font ',{:g}'", size * points); }

auto columns_of(const figure& f) -> int {
  return f.columns > 0 ? f.columns : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(f.panels.size()))));
}
auto rows_of(const figure& f) -> int {
  return f.rows > 0 ? f.rows : (static_cast<int>(f.panels.size()) + columns_of(f) - 1) / columns_of(f);
}

auto size_of_figure(const figure& f) -> pixels {
  const int rows = rows_of(f), columns = columns_of(f), head = f.title.empty() ? 0 : heading_height;
  const int width = f.width ? f.width : std::min(8000, columns == 1 ? 640 : columns == 2 ? 900 : 330 * columns);
  int highest = 0;
  for (const auto& p : f.panels) highest = std::max(highest, suitable_height(p, width / columns));
  return {width, f.height ? f.height : std::min(8000, rows * highest + head)};
}

auto commands_for(const figure& f, std::string_view terminal) -> std::string {
  const auto size = size_of_figure(f);
  const int rows = rows_of(f), columns = columns_of(f), head = f.title.empty() ? 0 : heading_height;
  int blocks = 0;
  const double points = terminal == "svg" ? 1 : 0.75;
  std::string out = "set encoding utf8\nset minussign\n" + style(terminal, size) + "set multiplot\n";
  if (!f.title.empty()) {
    const auto letters = static_cast<std::size_t>(size.width / 9.4);
    const canvas whole{out, 0, 0, size.width, size.height, size.width, size.height, &blocks, points};
    out += fmt::format("set label {} at screen 0.5,{:.6f} center{} textcolor rgb '#1a1a1a'\n", quoted(f.title, letters),
                       1 - 19.0 / size.height, whole.font(14));
    out += "unset border\nunset tics\nunset key\nset xrange [0:1]\nset yrange [0:1]\nplot NaN notitle\n";
  }
  for (std::size_t k = 0; k < f.panels.size(); ++k) {
    const int row = static_cast<int>(k) / columns, column = static_cast<int>(k) % columns;
    const int left = size.width * column / columns, right = size.width * (column + 1) / columns;
    const int body = size.height - head, top = head + body * row / rows, bottom = head + body * (row + 1) / rows;
    draw_panel({out, left, top, right - left, bottom - top, size.width, size.height, &blocks, points}, f.panels[k]);
  }
  return out + "unset multiplot\n";
}

}  // namespace seegrad::detail::plotting
