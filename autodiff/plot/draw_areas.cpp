// What covers its panel: contours, regions, images.

#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <autodiff/plot/gnuplot.hpp>
#include <autodiff/plot/theme.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::plotting {
namespace {

// gnuplot's expressions for the place of column $1 and row $2 of a matrix; the first and the last lie on the edges of the area.
auto places(const grid& g) -> std::string {
  const auto axis = [](const char* k, const plot_range& r, index_t n) {
    return fmt::format("({}+{}*{})", r.from, k, (r.to - r.from) / static_cast<double>(n - 1));
  };
  return fmt::format("{}:{}", axis("$1", g.x, g.columns), axis("$2", g.y, g.rows));
}

// Values between those of a coarse grid, so that its bands have smooth edges. Bilinear, as gnuplot's lines of equal height are.
auto finer(const grid& g, index_t least) -> grid {
  const auto size = [&](index_t n) { return n >= least ? n : (n - 1) * ((least + n - 2) / (n - 1)) + 1; };
  grid f{g.x, g.y, size(g.rows), size(g.columns), {}};
  const auto at = [&](index_t i, index_t j) { return g.values[static_cast<std::size_t>(i * g.columns + j)]; };
  for (index_t i = 0; i < f.rows; ++i) {
    const double y = static_cast<double>(i * (g.rows - 1)) / static_cast<double>(f.rows - 1);
    const auto i0 = std::min(static_cast<index_t>(y), g.rows - 2);
    const double v = y - static_cast<double>(i0);
    for (index_t j = 0; j < f.columns; ++j) {
      const double x = static_cast<double>(j * (g.columns - 1)) / static_cast<double>(f.columns - 1);
      const auto j0 = std::min(static_cast<index_t>(x), g.columns - 2);
      const double u = x - static_cast<double>(j0);
      f.values.push_back((1 - v) * ((1 - u) * at(i0, j0) + u * at(i0, j0 + 1)) +
                         v * ((1 - u) * at(i0 + 1, j0) + u * at(i0 + 1, j0 + 1)));
    }
  }
  return f;
}

}  // namespace

auto draw_contour(const canvas& c, const contour_layer& l, drawing& to) -> void {
  double low = INFINITY, high = -INFINITY;
  for (const double x : l.over.values) {
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  }
  if (!(low <= high)) return;
  if (l.boundary) {
    const double half = std::max({std::abs(low - *l.boundary), std::abs(high - *l.boundary), 1e-12});
    const bool shares = low >= 0 && high <= 1 && *l.boundary == 0.5;
    low = shares ? 0 : *l.boundary - half, high = shares ? 1 : *l.boundary + half;
  }
  if (low == high) low -= 0.5, high += 0.5;
  const auto data = data_block(c, l.over.values, static_cast<std::size_t>(l.over.columns));
  const auto fine = finer(l.over, 240);
  const auto bands = data_block(c, fine.values, static_cast<std::size_t>(fine.columns));
  to.before += fmt::format("set palette {} maxcolors {}\nset cbrange [{}:{}]\nset colorbox noborder\nset cbtics scale 0\n",
                           palette_of(l.boundary ? scale::pale_diverging : scale::greys), l.levels, low, high);
  // Lines of equal height are computed from the values as they were given, before anything is drawn.
  const auto lines = [&](std::string_view levels) {
    const auto table = fmt::format("$data{}", (*c.blocks)++);
    to.before += fmt::format("set contour base\nunset surface\nset cntrparam levels {}\nset table {}\n", levels, table);
    to.before += fmt::format("splot {} matrix using {}:3\nunset table\n", data, places(l.over));
    return table;
  };
  const double step = (high - low) / l.levels;
  std::string levels = "discrete ";
  for (int k = 1; k < l.levels; ++k) levels += fmt::format("{}{}", k > 1 ? "," : "", low + step * k);
  to.plots.push_back(fmt::format("{} matrix using {}:3 with image notitle", bands, places(fine)));
  to.plots.push_back(lines(levels) + " using 1:2 with lines lw 0.5 lc rgb '#a0808080' notitle");
  if (l.boundary)
    to.plots.push_back(lines(fmt::format("discrete {}", *l.boundary)) + " using 1:2 with lines lw 2 lc rgb '#222222' notitle");
}

auto draw_regions(const canvas& c, const regions_layer& l, drawing& to) -> void {
  const int n = std::max(2, l.classes);
  std::string colours;
  for (int k = 0; k < n; ++k) colours += fmt::format("{}{} '{}'", k ? ", " : "", k, pale_colour(k));
  const auto data = data_block(c, l.over.values, static_cast<std::size_t>(l.over.columns));
  to.before += fmt::format("set palette maxcolors {} defined ({})\nset cbrange [-0.5:{}.5]\nunset colorbox\n", n, colours, n - 1);
  to.plots.push_back(fmt::format("{} matrix using {}:3 with image notitle", data, places(l.over)));
}

// gnuplot draws no image of a single row or column: then each number is there twice, half as wide.
auto image_of(const canvas& c, const std::vector<double>& shades, index_t columns, double x, double y, double side)
    -> std::string {
  if (std::none_of(shades.begin(), shades.end(), [](double s) { return std::isfinite(s); })) return {};
  const auto w = static_cast<std::size_t>(columns), h = shades.size() / w;
  const std::size_t across = w == 1 ? 2 : 1, down = h == 1 ? 2 : 1;
  std::vector<double> all;
  for (std::size_t i = 0; i < h * down; ++i) {
    for (std::size_t j = 0; j < w * across; ++j) all.push_back(shades[i / down * w + j / across]);
  }
  const double dx = side / static_cast<double>(across), dy = side / static_cast<double>(down);
  return fmt::format("{} matrix using ({}+$1*{}):({}+$2*{}):3 with image notitle", data_block(c, all, w * across), x + dx / 2, dx,
                     y + dy / 2, dy);
}

auto draw_images(const canvas& c, const images_layer& m) -> drawing {
  drawing d;
  const auto rows = (m.count + m.columns - 1) / m.columns;
  const double gap = 6, caption = m.captions.empty() ? 0 : 18, above = 8;
  const double w = c.width - 16, h = c.height - above - 8;
  const double tall = static_cast<double>(m.height), broad = static_cast<double>(m.width);
  // The side of a pixel, so that all images have room.
  const double side = std::max(
      0.01, std::min((w / static_cast<double>(m.columns) - gap) / broad, (h / static_cast<double>(rows) - gap - caption) / tall));
  const double pitch_x = side * broad + gap, pitch_y = side * tall + gap + caption;
  const double left = (w - pitch_x * static_cast<double>(m.columns) + gap) / 2;

  const auto screen = [](double at, int whole) { return at / whole; };
  d.before += fmt::format("set lmargin at screen {:.6f}\nset rmargin at screen {:.6f}\n", screen(c.left + 8, c.whole_width),
                          screen(c.left + 8 + w, c.whole_width));
  d.before += fmt::format("set tmargin at screen {:.6f}\nset bmargin at screen {:.6f}\n",
                          1 - screen(c.top + above, c.whole_height), 1 - screen(c.top + above + h, c.whole_height));
  d.before += fmt::format("set xrange [0:{}]\nset yrange [{}:0]\nunset border\nunset tics\nunset grid\nunset colorbox\n", w, h);
  d.before += fmt::format("set palette {}\nset cbrange [0:255]\n",
                          m.diverging ? palette_of(scale::fine_diverging) : "defined (0 '#000000', 1 '#ffffff')");
  const auto letters = static_cast<std::size_t>(std::max(2.0, (pitch_x + 2) / 6.2));
  for (index_t k = 0; k < m.count; ++k) {
    const double x = left + pitch_x * static_cast<double>(k % m.columns), y = pitch_y * static_cast<double>(k / m.columns);
    std::vector<double> shades;
    for (index_t i = 0; i < m.height * m.width; ++i) {
      const int shade = m.shade[static_cast<std::size_t>(k * m.height * m.width + i)];
      shades.push_back(shade < 0 ? NAN : shade);
    }
    if (auto tile = image_of(c, shades, m.width, x, y, side); !tile.empty()) d.plots.push_back(std::move(tile));
    if (m.captions.empty()) continue;
    const auto at = static_cast<std::size_t>(k);
    const bool marked = !m.marked.empty() && m.marked[at];
    d.before += fmt::format("set label {} at {},{} center{} textcolor rgb '{}'\n", quoted(m.captions[at], letters),
                            x + side * broad / 2, y + side * tall + 10, c.font(10), marked ? "#c02d00" : "#333333");
  }
  if (d.plots.empty()) return {};
  return d;
}

}  // namespace seegrad::detail::plotting
