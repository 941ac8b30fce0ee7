// A matrix in colours: a rectangle for each number, that is as sharp as the screen it is seen on.

#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <autodiff/plot/theme.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::plotting {
namespace {

// As many names as have room, if each takes so much.
auto tics(const std::vector<std::string>& names, std::size_t most, double cell, double room) -> std::string {
  std::string out = "(";
  const auto step = static_cast<std::size_t>(std::max(1.0, std::ceil(room / std::max(cell, 0.01))));
  for (std::size_t k = 0; k < names.size(); k += step)
    out += fmt::format("{}{} {}", k ? ", " : "", quoted_tic(names[k], most), k);
  return out + ")";
}

auto longest(const std::vector<std::string>& names) -> std::size_t {
  std::size_t n = 0;
  for (const auto& name : names) n = std::max(n, detail::characters(name));
  return n;
}

// Cells that are large stand a little apart, and small ones touch.
auto rectangles(const canvas& c, const heat_layer& h, double side) -> std::string {
  std::vector<double> numbers;
  const auto columns = static_cast<std::size_t>(h.columns);
  for (std::size_t k = 0; k < h.shade.size(); ++k)
    if (std::isfinite(h.shade[k]))
      numbers.insert(numbers.end(), {static_cast<double>(k % columns), static_cast<double>(k / columns), h.shade[k]});
  if (numbers.empty()) return {};
  const double half = side > 12 ? 0.5 - 0.5 / side : 0.5;
  return fmt::format(
      "{0} using 1:2:($1-{1:.4f}):($1+{1:.4f}):($2-{1:.4f}):($2+{1:.4f}):3 with boxxyerror fs solid 1 noborder lc palette notitle",
      data_block(c, numbers, 3), half);
}

}  // namespace

auto has_rectangles(const heat_layer& h) -> bool { return h.shade.size() <= 10'000; }

auto scale_of(const heat_layer& h) -> scale {
  if (has_rectangles(h)) return h.diverging ? scale::diverging : scale::sequential;
  return h.diverging ? scale::fine_diverging : scale::fine_sequential;
}

auto draw_heat(const canvas& c, const heat_layer& h) -> drawing {
  drawing d;
  const double rows = static_cast<double>(h.rows), columns = static_cast<double>(h.columns);
  // Long names are written aslant.
  const double wide = (c.width - 110) / columns, high = (c.height - 110) / rows;
  const auto letters_of_column = longest(h.column_names);
  const bool slanted =
      letters_of_column > 3 && static_cast<double>(letters_of_column) * 7.5 > std::min(wide, high) && h.columns > 1;
  const double span = h.to > h.from ? h.to - h.from : 1;
  const auto colours = scale_of(h);
  auto cells = has_rectangles(h) ? rectangles(c, h, std::min(wide, high)) : image_of(c, h.shade, h.columns, -0.5, -0.5, 1);
  if (cells.empty()) return {};
  d.before += fmt::format("set palette {}\nset cbrange [{}:{}]\n", palette_of(colours), h.from, h.from + span);
  d.before += h.scale_shown && h.to > h.from ? "set colorbox noborder\nset cbtics scale 0\n" : "unset colorbox\n";
  d.before += fmt::format("unset grid\nset border 15\nset xrange [-0.5:{}]\nset yrange [{}:-0.5]\n", columns - 0.5, rows - 0.5);
  if (rows / columns < 3 && columns / rows < 3)
    d.before += fmt::format("set size ratio -1 {:.6f},{:.6f}\n", 1.0 * c.width / c.whole_width, 1.0 * c.height / c.whole_height);
  d.before += fmt::format("set tics scale 0\nset xtics {}{}\nset ytics {}\n", slanted ? "rotate by 45 right " : "",
                          tics(h.column_names, 20, wide, slanted ? 16 : 26), tics(h.row_names, 24, high, 14));

  std::size_t letters = 1;
  for (const auto& t : h.text) letters = std::max(letters, detail::characters(t));
  const int font = static_cast<int>(std::min({12.0, high * 0.6, wide / (0.8 * static_cast<double>(letters))}));
  for (std::size_t k = 0; k < h.text.size() && font >= 6; ++k) {
    const bool finite = std::isfinite(h.shade[k]);
    const double share = finite ? (h.shade[k] - h.from) / span : 0;
    // A 0 beside counts is no news.
    const bool quiet = h.text[k] == "0" && std::abs(share - (h.diverging ? 0.5 : 0)) < 0.01;
    d.before += fmt::format("set label {} at {},{} center front{} textcolor rgb '{}'\n", quoted(h.text[k]),
                            k % static_cast<std::size_t>(h.columns), k / static_cast<std::size_t>(h.columns), c.font(font),
                            !finite ? "#1a1a1a"
                            : quiet ? "#6b6b6b"
                                    : ink_on(colours, share));
  }
  d.plots.push_back(std::move(cells));
  return d;
}

}  // namespace seegrad::detail::plotting
