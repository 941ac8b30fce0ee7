// Lines, points and histograms, and the axes they share.

#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <autodiff/plot/dashes.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <autodiff/plot/marks.hpp>
#include <autodiff/plot/theme.hpp>
#include <autodiff/plot/thinned.hpp>
#include <autodiff/plot/tics.hpp>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace seegrad::detail::plotting {
namespace {

// The order in which marks are drawn: lines that have gaps come after those that have none, in the places of lines.
auto order_of(const std::vector<mark>& all) -> std::vector<std::size_t> {
  std::vector<std::size_t> order, lines;
  const auto line = [&](std::size_t k) { return std::get_if<line_layer>(all[k].of); };
  for (std::size_t k = 0; k < all.size(); ++k) {
    order.push_back(k);
    if (line(k)) lines.push_back(k);
  }
  std::stable_partition(lines.begin(), lines.end(), [&](std::size_t k) { return !line(k)->dashed; });
  auto next = lines.begin();
  for (auto& k : order)
    if (line(k)) k = *next++;
  return order;
}

// The stretches of each mark that is a line, as dashes.hpp has them.
auto stretches_of(const panel& p, const std::vector<mark>& all, const std::vector<std::size_t>& order, const plot_range& xs,
                  const plot_range& ys, pixels size) -> std::vector<std::vector<stretch>> {
  std::vector<traced_line> lines;
  std::vector<std::size_t> which;
  const auto place = [](double v, const plot_range& r, bool log) {
    if (log) return v > 0 ? std::log(v / r.from) / std::log(r.to / r.from) : NAN;
    return (v - r.from) / (r.to - r.from);
  };
  for (const auto k : order) {
    const auto* line = std::get_if<line_layer>(all[k].of);
    if (!line) continue;
    traced_line t{{}, line->dashed};
    for (std::size_t i = 0; i + 1 < all[k].numbers.size(); i += 2) {
      t.at.push_back(size.width * place(all[k].numbers[i], xs, p.log_x));
      t.at.push_back(size.height * place(all[k].numbers[i + 1], ys, p.log_y));
    }
    lines.push_back(std::move(t)), which.push_back(k);
  }
  std::vector<std::vector<stretch>> of(all.size());
  auto found = stretches_of(lines, size.width, size.height);
  for (std::size_t i = 0; i < which.size(); ++i) of[which[i]] = std::move(found[i]);
  return of;
}

// The numbers of a line in its stretches of one level, with gaps between them.
auto part_of(const std::vector<double>& numbers, const std::vector<stretch>& stretches, int level, bool log_x, bool log_y)
    -> std::vector<double> {
  std::vector<double> part;
  const auto between = [](double a, double b, double t, bool log) {
    return t == 0 ? a : t == 1 ? b : log ? std::exp((1 - t) * std::log(a) + t * std::log(b)) : (1 - t) * a + t * b;
  };
  const auto put_place = [&](const place_on_line& at) {
    const auto k = 2 * at.first;
    part.push_back(between(numbers[k], numbers[k + 2], at.share, log_x));
    part.push_back(between(numbers[k + 1], numbers[k + 3], at.share, log_y));
  };
  for (const auto& s : stretches) {
    if (s.level != level) continue;
    if (!part.empty()) part.push_back(NAN), part.push_back(NAN);
    put_place(s.from);
    for (auto k = s.from.first + 1; k <= s.to.first; ++k) part.push_back(numbers[2 * k]), part.push_back(numbers[2 * k + 1]);
    put_place(s.to);
  }
  return part;
}

// The size of the frame, about.
auto frame_of(const canvas& c) -> pixels { return {std::max(60, c.width - 90), std::max(60, c.height - 80)}; }

auto put_marks(const canvas& c, const panel& p, const marks& m, const plot_range& xs, const plot_range& ys, drawing& d) -> void {
  const auto order = order_of(m.all);
  const auto stretches = stretches_of(p, m.all, order, xs, ys, frame_of(c));
  const bool is_sorted = std::is_sorted(order.begin(), order.end());
  const auto title = [&](const std::string& name) {
    d.named = d.named || !name.empty();
    return name.empty() ? std::string("notitle")
                        : "title " + quoted(name, static_cast<std::size_t>(std::max(8, c.width / 9 - 8)));
  };
  std::vector<std::string> drawn(m.all.size()), keys;
  for (std::size_t k = 0; k < m.all.size(); ++k) {
    const auto& numbers = m.all[k].numbers;
    if (const auto* a = std::get_if<line_layer>(m.all[k].of)) {
      const auto style = [&](int level) {
        const auto [on, off] = dash_of(level);
        return fmt::format("with lines lw 2 lc rgb '{}' dt {}", colour(a->colour),
                           level ? fmt::format("({},{})", on, off) : "solid");
      };
      std::set<int> levels;
      for (const auto& s : stretches[k]) levels.insert(s.level);
      if (levels.empty()) levels.insert(0);
      // The key has the order in which lines were given.
      auto name = is_sorted ? title(a->name) : "notitle";
      if (!is_sorted && !a->name.empty()) keys.push_back(fmt::format("NaN {} {}", style(*levels.begin()), title(a->name)));
      for (const int level : levels) {
        const auto data =
            data_block(c, levels.size() == 1 ? numbers : part_of(numbers, stretches[k], level, p.log_x, p.log_y), 2);
        drawn[k] += fmt::format("{}{} using 1:2 {} {}", drawn[k].empty() ? "" : ", \\\n  ", data, style(level), name);
        name = "notitle";
      }
      if (const auto single = without_neighbours(numbers); !single.empty())
        drawn[k] += fmt::format(", \\\n  {} using 1:2 with points pt 7 ps 0.5 lc rgb '{}' notitle", data_block(c, single, 2),
                                colour(a->colour));
    } else if (const auto* b = std::get_if<points_layer>(m.all[k].of)) {
      drawn[k] = fmt::format("{} using 1:2 with points pt {} ps {} lc rgb '{}' {}", data_block(c, numbers, 2), shape(b->colour),
                             numbers.size() > 1000 ? 0.4 : 0.6, colour(b->colour), title(b->name));
    } else if (const auto* h = std::get_if<histogram_layer>(m.all[k].of)) {
      drawn[k] = fmt::format("{} using 1:2:({}) with boxes fs {} lc rgb '{}' {}", data_block(c, numbers, 2), m.all[k].bar_width,
                             m.histograms > 1 ? "transparent solid 0.55" : "solid 0.85", colour(h->colour), title(h->name));
    }
  }
  for (const auto k : order) d.plots.push_back(std::move(drawn[k]));
  d.plots.insert(d.plots.end(), keys.begin(), keys.end());
}

// The area that is covered, if one is.
auto covered_area(const panel& p) -> std::optional<std::pair<plot_range, plot_range>> {
  for (const auto& l : p.layers) {
    if (const auto* f = std::get_if<contour_layer>(&l)) return std::pair(f->over.x, f->over.y);
    if (const auto* r = std::get_if<regions_layer>(&l)) return std::pair(r->over.x, r->over.y);
  }
  return std::nullopt;
}

}  // namespace

auto put(std::string& out, double x) -> void {
  if (std::isfinite(x)) fmt::format_to(std::back_inserter(out), "{}", x);
  else out += "NaN";
}

auto data_block(const canvas& c, const std::vector<double>& numbers, std::size_t a_line) -> std::string {
  auto name = fmt::format("$data{}", (*c.blocks)++);
  c.out += name + " << END\n";
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    put(c.out, numbers[k]);
    c.out += (k + 1) % a_line == 0 ? '\n' : ' ';
  }
  c.out += "END\n";
  return name;
}

auto draw_curves(const canvas& c, const panel& p) -> drawing {
  drawing d;
  auto m = marks_of(p);
  for (const auto& l : p.layers) {
    if (const auto* f = std::get_if<contour_layer>(&l)) draw_contour(c, *f, d);
    if (const auto* r = std::get_if<regions_layer>(&l)) draw_regions(c, *r, d);
  }
  if (d.plots.empty() && m.all.empty()) return {};
  const auto none = [](bool log, const extent& seen) { return log && seen.any() && !std::isfinite(seen.least_positive); };
  if (none(p.log_x, m.x) || none(p.log_y, m.y)) return {{}, {}, false, "nothing to draw: no positive numbers"};
  for (const auto& [log, range] : {std::pair(p.log_x, p.x_range), std::pair(p.log_y, p.y_range)}) {
    if (log && range && !(range->to > 0))
      throw error(fmt::format("plot: a logarithmic axis from {} to {}; it has positive numbers only", range->from, range->to));
  }
  const double across = frame_of(c).width, up = frame_of(c).height;
  if (const auto area = covered_area(p)) {
    // The area is the frame; points outside of it are not drawn.
    const auto xs = p.x_range.value_or(area->first), ys = p.y_range.value_or(area->second);
    put_marks(c, p, m, xs, ys, d);
    d.before +=
        fmt::format("unset grid\nset border 15\nset xrange [{}:{}]\nset yrange [{}:{}]\n", xs.from, xs.to, ys.from, ys.to);
    put_tics(d.before, 'x', even_tics(xs.from, xs.to, {across}));
    return d;
  }
  if (!m.x.any()) m.x.see(0), m.x.see(1);
  if (!m.y.any()) m.y.see(0), m.y.see(1);
  const axis x{'x', p.log_x, p.x_range, m.lines_only || m.counted, across}, y{'y', p.log_y, p.y_range, false, up};
  put_marks(c, p, m, range_of(x, m.x), range_of(y, m.y), d);
  if (m.counted && !p.y_range && !p.log_y)
    d.before += fmt::format("set yrange [{}:*]\n{}", std::min(0.0, m.y.low), m.y.high <= 5 ? "set ytics 1\n" : "");
  if (m.counted && p.y_label.empty()) d.before += "set ylabel 'count' textcolor rgb '#333333'\n";
  put_axis(d.before, x, m.x);
  if (!m.counted || p.y_range || p.log_y) put_axis(d.before, y, m.y);
  return d;
}

}  // namespace seegrad::detail::plotting
