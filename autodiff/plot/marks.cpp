#include <autodiff/plot/marks.hpp>

#include <algorithm>
#include <autodiff/plot/thinned.hpp>
#include <cmath>

namespace seegrad::detail::plotting {
namespace {

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

// The range of all histograms of a panel together, so that they share their bins.
auto range_of_histograms(const panel& p) -> std::optional<plot_range> {
  std::optional<plot_range> all;
  for (const auto& l : p.layers) {
    const auto* h = std::get_if<histogram_layer>(&l);
    if (!h) continue;
    extent seen;
    for (const double v : h->values) seen.see(v);
    if (h->range) seen.low = h->range->from, seen.high = h->range->to;
    if (seen.any()) all = {all ? std::min(all->from, seen.low) : seen.low, all ? std::max(all->to, seen.high) : seen.high};
  }
  if (all && !(all->from < all->to)) all = {all->from - 0.5, all->to + 0.5};
  return all;
}

}  // namespace

auto marks_of(const panel& p) -> marks {
  marks m;
  const auto bins = range_of_histograms(p);
  const auto add = [&](const layer& l, xy points) {
    if (!points.any) return;
    for (std::size_t k = 0; k < points.numbers.size(); k += 2)
      if (std::isfinite(points.numbers[k]) && std::isfinite(points.numbers[k + 1]))
        m.x.see(points.numbers[k]), m.y.see(points.numbers[k + 1]);
    m.all.push_back({&l, std::move(points.numbers)});
  };
  for (const auto& l : p.layers) {
    if (const auto* a = std::get_if<line_layer>(&l)) add(l, thinned_line(a->x, a->y));
    if (const auto* b = std::get_if<points_layer>(&l)) m.lines_only = false, add(l, thinned_points(b->x, b->y));
    if (const auto* h = std::get_if<histogram_layer>(&l)) {
      m.lines_only = false, ++m.histograms;
      if (!bins) continue;
      auto counts = count_in(*h, *bins);
      m.counted = true, m.x.see(bins->from), m.x.see(bins->to), m.y.see(0), m.y.see(counts.most);
      m.all.push_back({&l, std::move(counts.numbers), counts.width});
    }
  }
  return m;
}

}  // namespace seegrad::detail::plotting
