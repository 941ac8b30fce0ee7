// Lines, points and histograms, and the axes they share.

#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <autodiff/plot/gnuplot.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::plotting {
namespace {

constexpr std::size_t most_points = 5000, stretches = 2500;

struct xy {
  std::vector<double> numbers;  // x, y, x, y, …
  bool any = false;             // whether there is a point to draw
};

// The ends, and of each stretch the smallest and the largest y in the order they come in: what stands out stays. A stretch
// without a finite y stays a gap.
auto thinned_line(const std::vector<double>& x, const std::vector<double>& y) -> xy {
  xy out;
  const auto keep = [&](std::size_t k) {
    out.numbers.push_back(x[k]), out.numbers.push_back(y[k]);
    out.any = out.any || (std::isfinite(x[k]) && std::isfinite(y[k]));
  };
  const std::size_t n = x.size();
  if (n <= most_points) {
    for (std::size_t k = 0; k < n; ++k) keep(k);
    return out;
  }
  keep(0);
  for (std::size_t s = 0; s < stretches; ++s) {
    const std::size_t begin = 1 + (n - 2) * s / stretches, end = 1 + (n - 2) * (s + 1) / stretches;
    std::size_t low = n, high = n;
    for (std::size_t k = begin; k < end; ++k) {
      if (!std::isfinite(y[k])) continue;
      if (low == n || y[k] < y[low]) low = k;
      if (high == n || y[k] > y[high]) high = k;
    }
    if (low == n) keep(begin);
    else keep(std::min(low, high));
    if (low != high) keep(std::max(low, high));
  }
  keep(n - 1);
  return out;
}

// Points between gaps, of which no line is made.
auto without_neighbours(const std::vector<double>& numbers) -> std::vector<double> {
  std::vector<double> single;
  const auto there = [&](std::size_t k) {
    return k < numbers.size() && std::isfinite(numbers[k]) && std::isfinite(numbers[k + 1]);
  };
  for (std::size_t k = 0; k < numbers.size(); k += 2) {
    if (there(k) && !there(k - 2) && !there(k + 2)) single.push_back(numbers[k]), single.push_back(numbers[k + 1]);
  }
  return single;
}

auto thinned_points(const std::vector<double>& x, const std::vector<double>& y) -> xy {
  xy out;
  const std::size_t step = (x.size() + most_points - 1) / most_points;
  for (std::size_t k = 0; k < x.size(); k += step) {
    if (!std::isfinite(x[k]) || !std::isfinite(y[k])) continue;
    out.numbers.push_back(x[k]), out.numbers.push_back(y[k]), out.any = true;
  }
  return out;
}

// What lies on an axis.
struct extent {
  double low = INFINITY, high = -INFINITY, least_positive = INFINITY;
  bool whole = true;
  auto see(double x) -> void {
    if (!std::isfinite(x)) return;
    low = std::min(low, x), high = std::max(high, x), whole = whole && x == std::floor(x);
    if (x > 0) least_positive = std::min(least_positive, x);
  }
  auto any() const -> bool { return low <= high; }
};

// Where an axis with a logarithmic scale has its numbers: gnuplot would show powers of ten only, of which a loss that goes from
// 0.7 to 0.2 meets none.
auto log_tics(double low, double high) -> std::vector<double> {
  std::vector<double> tics;
  const double decades = std::log10(high) - std::log10(low);  // their quotient may be infinite
  if (decades < 0.7) {
    const double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough))), lead = rough / power;
    const double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
    for (double k = std::ceil(low / step); k * step <= high; ++k) tics.push_back(k * step);
    return tics;
  }
  const int every = std::max(1, static_cast<int>(std::ceil(decades / 8)));
  for (int e = static_cast<int>(std::floor(std::log10(low))); e <= std::ceil(std::log10(high)); ++e) {
    if (e % every != 0) continue;
    for (const double lead : {1.0, 2.0, 5.0}) {
      const double at = e < 0 ? lead / std::pow(10, -e) : lead * std::pow(10, e);
      if ((lead == 1 || decades <= 3) && at >= low && at <= high) tics.push_back(at);
    }
  }
  return tics;
}

auto put_axis(std::string& out, char axis, const extent& seen, bool log, const std::optional<plot_range>& asked, bool tight)
    -> void {
  double low = asked ? asked->from : log ? seen.least_positive : seen.low, high = asked ? asked->to : seen.high;
  if (log) {
    if (!(low > 0)) low = std::isfinite(seen.least_positive) ? std::min(seen.least_positive, high / 10) : high / 1000;
    const double room = asked ? 1 : tight ? 1 : std::max(1.05, std::pow(10, 0.04 * (std::log10(high) - std::log10(low))));
    low = std::max(low / room, 1e-305), high = std::min(high * room, 1e305);  // not 0, and not infinite
    if (!(low < high)) low /= 2, high *= 2;
    fmt::format_to(std::back_inserter(out), "set logscale {0}\nset {0}range [{1}:{2}]\nset {0}tics (", axis, low, high);
    const char* comma = "";
    for (const double t : log_tics(low, high))
      fmt::format_to(std::back_inserter(out), "{}'{:.6g}' {}", std::exchange(comma, ", "), t, t);
    out += ")\n";
    return;
  }
  if (asked) fmt::format_to(std::back_inserter(out), "set {}range [{}:{}]\n", axis, low, high);
  else if (tight && low < high) fmt::format_to(std::back_inserter(out), "set autoscale {}fix\n", axis);
  else if (low == high)
    fmt::format_to(std::back_inserter(out), "set {}range [{}:{}]\n", axis, low - std::max(std::abs(low) * 0.1, 1e-3),
                   high + std::max(std::abs(high) * 0.1, 1e-3));
  if (seen.whole && high - low <= 10 && axis == 'x') out += "set xtics 1\n";
}

struct bars {
  std::vector<double> numbers;  // centre, count
  double width = 1, most = 0;
};

auto count_in(const histogram_layer& h, plot_range r) -> bars {
  std::vector<double> count(static_cast<std::size_t>(h.bins));
  bars b;
  for (const double x : h.values) {
    if (!(x >= r.from && x <= r.to)) continue;
    const auto k = static_cast<std::size_t>((x - r.from) / (r.to - r.from) * h.bins);
    b.most = std::max(b.most, ++count[std::min(k, count.size() - 1)]);
  }
  b.width = (r.to - r.from) / h.bins;
  for (std::size_t k = 0; k < count.size(); ++k)
    b.numbers.push_back(r.from + b.width * (static_cast<double>(k) + 0.5)), b.numbers.push_back(count[k]);
  return b;
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
  extent x, y;
  bool covered = false, counted = false, lines_only = true;
  std::optional<plot_range> all;  // of the histograms
  int histograms = 0;
  for (const auto& l : p.layers) {
    if (const auto* h = std::get_if<histogram_layer>(&l)) {
      extent seen;
      for (const double v : h->values) seen.see(v);
      if (h->range) seen.low = h->range->from, seen.high = h->range->to;
      if (seen.any()) all = {all ? std::min(all->from, seen.low) : seen.low, all ? std::max(all->to, seen.high) : seen.high};
      ++histograms;
    }
  }
  if (all && !(all->from < all->to)) all = {all->from - 0.5, all->to + 0.5};

  for (const auto& l : p.layers) {
    const auto title = [&](const std::string& name) {
      d.named = d.named || !name.empty();
      return name.empty() ? std::string("notitle")
                          : "title " + quoted(name, static_cast<std::size_t>(std::max(8, c.width / 9 - 8)));
    };
    if (const auto* a = std::get_if<line_layer>(&l)) {
      const auto points = thinned_line(a->x, a->y);
      if (!points.any) continue;
      for (std::size_t k = 0; k < points.numbers.size(); k += 2) {
        if (std::isfinite(points.numbers[k]) && std::isfinite(points.numbers[k + 1]))
          x.see(points.numbers[k]), y.see(points.numbers[k + 1]);
      }
      const auto data = data_block(c, points.numbers, 2);
      d.plots.push_back(fmt::format("{} using 1:2 with lines lw 2 lc rgb '{}' dt {} {}", data, colour(a->colour),
                                    a->dashed ? "(8,5)" : "solid", title(a->name)));
      if (const auto single = without_neighbours(points.numbers); !single.empty())
        d.plots.push_back(
            fmt::format("{} using 1:2 with points pt 7 ps 0.5 lc rgb '{}' notitle", data_block(c, single, 2), colour(a->colour)));
    } else if (const auto* b = std::get_if<points_layer>(&l)) {
      lines_only = false;
      const auto points = thinned_points(b->x, b->y);
      if (!points.any) continue;
      for (std::size_t k = 0; k < points.numbers.size(); k += 2) x.see(points.numbers[k]), y.see(points.numbers[k + 1]);
      const auto data = data_block(c, points.numbers, 2);
      d.plots.push_back(fmt::format("{} using 1:2 with points pt {} ps {} lc rgb '{}' {}", data, shape(b->colour),
                                    points.numbers.size() > 1000 ? 0.4 : 0.6, colour(b->colour), title(b->name)));
    } else if (const auto* h = std::get_if<histogram_layer>(&l)) {
      lines_only = false;
      if (!all) continue;
      const auto counts = count_in(*h, *all);
      counted = true, x.see(all->from), x.see(all->to), y.see(0), y.see(counts.most);
      const auto data = data_block(c, counts.numbers, 2);
      d.plots.push_back(fmt::format("{} using 1:2:({}) with boxes fs {} lc rgb '{}' {}", data, counts.width,
                                    histograms > 1 ? "transparent solid 0.55" : "solid 0.85", colour(h->colour), title(h->name)));
    } else if (const auto* f = std::get_if<contour_layer>(&l)) {
      covered = true, draw_contour(c, *f, d);
    } else if (const auto* r = std::get_if<regions_layer>(&l)) {
      covered = true, draw_regions(c, *r, d);
    }
  }
  if (d.plots.empty()) return {};
  const auto none = [](bool log, const extent& seen) { return log && seen.any() && !std::isfinite(seen.least_positive); };
  if (none(p.log_x, x) || none(p.log_y, y)) return {{}, {}, false, "nothing to draw: no positive numbers"};
  for (const auto& [log, range] : {std::pair(p.log_x, p.x_range), std::pair(p.log_y, p.y_range)}) {
    if (log && range && !(range->to > 0))
      throw error(fmt::format("plot: a logarithmic axis from {} to {}; it has positive numbers only", range->from, range->to));
  }
  if (covered) {
    d.before += "unset grid\nset border 15\n";
    // The area is the frame; points outside of it are not drawn.
    for (const auto& l : p.layers) {
      const auto* f = std::get_if<contour_layer>(&l);
      const auto* r = std::get_if<regions_layer>(&l);
      if (!f && !r) continue;
      const auto& over = f ? f->over : r->over;
      const auto xs = p.x_range.value_or(over.x), ys = p.y_range.value_or(over.y);
      d.before += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", xs.from, xs.to, ys.from, ys.to);
      return d;
    }
  }
  if (!x.any()) x.see(0), x.see(1);
  if (!y.any()) y.see(0), y.see(1);
  if (counted && !p.y_range && !p.log_y) d.before += fmt::format("set yrange [{}:*]\n", std::min(0.0, y.low));
  if (counted && p.y_label.empty()) d.before += "set ylabel 'count' textcolor rgb '#333333'\n";
  put_axis(d.before, 'x', x, p.log_x, p.x_range, lines_only || counted);
  if (!counted || p.y_range || p.log_y) put_axis(d.before, 'y', y, p.log_y, p.y_range, false);
  return d;
}

}  // namespace seegrad::plotting
