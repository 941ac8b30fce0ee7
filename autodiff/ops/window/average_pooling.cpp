#include <autodiff/ops/window/pooling.hpp>

#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/pool_vector.hpp>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace seegrad::detail {
namespace {

// The windows of one axis: the positions they cover, and how many they count for.
struct mean_windows {
  detail::pool_vector<index_t> begin, end;
  detail::pool_vector<double> counted;
};
auto windows_of(const avg_pool_parameters& p, const window_axis& a, index_t extent, std::string_view axis, const dims& shape)
    -> mean_windows {
  mean_windows all;
  const auto add = [&](index_t begin, index_t end, index_t counted) {
    all.begin.push_back(begin), all.end.push_back(end), all.counted.push_back(double(counted));
  };
  if (p.adaptive) {
    const auto n = a.kernel;
    if (n < 1 || extent < 1 || n > 0x7fffffff)
      throw error(fmt::format("adaptive_avg_pool: {} cannot be averaged to {} {}", to_string(shape), axis, n));
    // i * extent / n, rounded down and up, whose product could be too large.
    const auto whole = extent / n, rest = extent % n;
    for (index_t i = 0; i < n; ++i) {
      const auto begin = i * whole + i * rest / n, end = (i + 1) * whole + ((i + 1) * rest + n - 1) / n;
      add(begin, end, end - begin);
    }
    return all;
  }
  windows_in(a, extent, axis, "avg_pool", shape);
  if (2 * a.padding > a.kernel)
    throw error(fmt::format("avg_pool: padding {} is more than half of the kernel {}, so that windows would see padding alone",
                            a.padding, a.kernel));
  for (index_t i = 0; i < a.count(extent, p.ceil_mode); ++i) {
    const auto first = i * a.stride - a.padding, last = std::min(first + a.kernel, extent + a.padding);
    const auto begin = std::max<index_t>(0, first), end = std::min(extent, last);
    add(begin, end, p.count_include_pad ? last - first : end - begin);
  }
  return all;
}

}  // namespace

auto average_pool_shape(const avg_pool_parameters& p, const dims& x) -> dims {
  check_images(x, 2, "avg_pool");
  const auto count = [&](const window_axis& a, index_t extent, std::string_view axis) {
    return static_cast<index_t>(windows_of(p, a, extent, axis, x).begin.size());
  };
  return x.first(2) + dims{count(p.windows.rows(), x[2], "height"), count(p.windows.columns(), x[3], "width")};
}

auto averaged(const avg_pool_parameters& p, const array& x_any) -> array {
  const auto shape = x_any.shape();
  check_images(shape, 2, "avg_pool");
  const auto rows = windows_of(p, p.windows.rows(), shape[2], "height", shape),
             columns = windows_of(p, p.windows.columns(), shape[3], "width", shape);
  const auto x = detail::in_floating_type(x_any);
  const auto h = shape[2], w = shape[3];
  auto y = array::uninitialized(x.type(), shape.first(2) + dims{index_t(rows.begin.size()), index_t(columns.begin.size())});
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = y.writable<T>().data();
    detail::parallel_rows(shape[0] * shape[1], h * w, [&](index_t begin, index_t end) {
      pool_vector<T> sums(std::size_t(w), T{});
      auto* out = to + begin * index_t(rows.begin.size() * columns.begin.size());
      for (auto k = begin; k < end; ++k)
        for (std::size_t r = 0; r < rows.begin.size(); ++r) {
          std::fill(sums.begin(), sums.end(), T{});
          for (auto i = rows.begin[r]; i < rows.end[r]; ++i)
            for (index_t j = 0; j < w; ++j) sums[std::size_t(j)] += from[(k * h + i) * w + j];
          for (std::size_t c = 0; c < columns.begin.size(); ++c) {
            T sum{};
            for (auto j = columns.begin[c]; j < columns.end[c]; ++j) sum += sums[std::size_t(j)];
            *out++ = sum / T(rows.counted[r] * columns.counted[c]);
          }
        }
    });
  });
  return y;
}

auto spread_shape(const spread_parameters& p, const dims& x) -> dims {
  const auto h = p.extent.h, w = p.extent.w;
  const auto rows = windows_of(p.rule, p.rule.windows.rows(), h, "height", {h, w}),
             columns = windows_of(p.rule, p.rule.windows.columns(), w, "width", {h, w});
  if (x.size() != 4 || x[2] != index_t(rows.begin.size()) || x[3] != index_t(columns.begin.size()))
    throw error(fmt::format("avg_spread2d: {} does not come from windows of {}", to_string(x), to_string(p.extent)));
  return x.first(2) + dims{h, w};
}

auto spread_back(const spread_parameters& p, const array& x_any) -> array {
  const auto h = p.extent.h, w = p.extent.w;
  const auto& s = x_any.shape();
  const auto x = detail::in_floating_type(x_any);
  auto y = array::uninitialized(x.type(), spread_shape(p, s));
  const auto rows = windows_of(p.rule, p.rule.windows.rows(), h, "height", {h, w}),
             columns = windows_of(p.rule, p.rule.windows.columns(), w, "width", {h, w});
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = y.writable<T>().data();
    detail::parallel_rows(s[0] * s[1], h * w, [&](index_t begin, index_t end) {
      pool_vector<T> row(std::size_t(w), T{});
      std::fill(to + begin * h * w, to + end * h * w, T{});
      for (auto k = begin; k < end; ++k)
        for (std::size_t r = 0; r < rows.begin.size(); ++r) {
          std::fill(row.begin(), row.end(), T{});
          for (std::size_t c = 0; c < columns.begin.size(); ++c) {
            const auto share = from[(k * s[2] + index_t(r)) * s[3] + index_t(c)] / T(rows.counted[r] * columns.counted[c]);
            for (auto j = columns.begin[c]; j < columns.end[c]; ++j) row[std::size_t(j)] += share;
          }
          for (auto i = rows.begin[r]; i < rows.end[r]; ++i)
            for (index_t j = 0; j < w; ++j) to[(k * h + i) * w + j] += row[std::size_t(j)];
        }
    });
  });
  return y;
}

}  // namespace seegrad::detail
