#include <autodiff/see/array_facts.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace seegrad::detail::see {
namespace {

template <class F>
auto each(const array& x, F f) -> void {
  const auto c = x.contiguous();
  with_type(c.type(), [&]<class T>(T) {
    for (const auto v : c.elements<T>()) f(static_cast<double>(v));
  });
}

}  // namespace

auto facts_of(const array& x) -> array_facts {
  array_facts f;
  f.size = x.size();
  double sum = 0, sizes = 0, squares = 0;
  bool any = false;
  each(x, [&](double v) {
    if (!std::isfinite(v)) return static_cast<void>(std::isnan(v) ? ++f.nans : ++f.infinities);
    f.zeros += v == 0;
    f.min = any ? std::min(f.min, v) : v, f.max = any ? std::max(f.max, v) : v, any = true;
    sum += v, sizes += std::abs(v), squares += v * v;
  });
  if (any) f.mean = sum / static_cast<double>(f.finite());
  const double epsilon = x.type() == float32 ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  f.mean_is_rounding = sum != 0 && std::abs(sum) <= 4 * epsilon * sizes;
  f.norm = std::sqrt(squares);
  // Squares leave the range of a double long before the elements do.
  if (const double largest = std::max(std::abs(f.min), std::abs(f.max));
      !(largest < 1e150) || (largest > 0 && largest < 1e-150)) {
    squares = sum = 0;
    each(x, [&](double v) {
      if (std::isfinite(v)) squares += (v / largest) * (v / largest), sum += v / largest;
    });
    f.norm = largest * std::sqrt(squares), f.mean = sum / static_cast<double>(f.finite()) * largest;
  }
  return f;
}

auto norm_of(const array& x) -> double {
  const auto f = facts_of(x);
  return f.nans ? std::numeric_limits<double>::quiet_NaN() : f.infinities ? std::numeric_limits<double>::infinity() : f.norm;
}

auto is_finite(const graph& g, node_id k) -> bool {
  return std::isfinite(g.is_tensor(k) ? norm_of(g.array_value(k)) : g.value(k));
}

auto is_gradient_finite(const graph& g, node_id k) -> bool {
  return std::isfinite(g.is_tensor(k) ? norm_of(g.array_adjoint(k)) : g.adjoint(k));
}

auto histogram_of(const array& x, const array_facts& f) -> histogram {
  histogram h;
  if (f.finite() == f.zeros) return h;
  // Bars that count from 0 need one more than their share, as neither end lies on an edge. Halves, as the range itself may be infinite.
  const bool both_sides = f.min < 0 && f.max > 0;
  const double half_range = f.max / 2 - f.min / 2;
  const double half_width = half_range / (both_sides ? histogram::most_bars - 1.0 : histogram::most_bars);
  if (!(half_width > 0)) return h;
  const double first = std::floor(f.min / 2 / half_width);
  const auto bar = [&](double v) {
    const double at = both_sides ? std::floor(v / 2 / half_width) - first : std::floor((v / 2 - f.min / 2) / half_width);
    return static_cast<int>(std::clamp(at, 0.0, histogram::most_bars - 1.0));
  };
  each(x, [&](double v) {
    if (std::isfinite(v) && v != 0) ++h.count[static_cast<std::size_t>(bar(v))];
  });
  h.bars = bar(f.max) + 1;
  h.negative = both_sides ? bar(0) : f.max <= 0 ? h.bars : 0;
  return h;
}

auto heat_map_of(const array& matrix) -> heat_map {
  heat_map h;
  const auto rows = matrix.extent(0), columns = matrix.extent(1);
  const auto blocks = [](index_t n) { return (n + heat_map::most_blocks - 1) / heat_map::most_blocks; };
  h.block_rows = blocks(rows), h.block_columns = blocks(columns);
  h.rows = (rows + h.block_rows - 1) / h.block_rows, h.columns = (columns + h.block_columns - 1) / h.block_columns;
  const auto n = static_cast<std::size_t>(h.rows * h.columns);
  h.mean.resize(n);
  std::vector<double> count(n);
  index_t at = 0;
  each(matrix, [&](double v) {
    const auto block = static_cast<std::size_t>(at / columns / h.block_rows * h.columns + at % columns / h.block_columns);
    h.mean[block] += v, ++count[block], ++at;
  });
  for (std::size_t i = 0; i < n; ++i) h.mean[i] /= count[i];
  return h;
}

}  // namespace seegrad::detail::see
