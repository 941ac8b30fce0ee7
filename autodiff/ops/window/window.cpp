#include <autodiff/ops/window/window.hpp>

#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <fmt/format.h>

namespace seegrad {

auto to_string(const sides& s) -> std::string { return fmt::format("{}x{}", s.h, s.w); }

namespace detail {
auto window_axis::count(index_t extent, bool rounded_up) const -> index_t {
  const auto room = extent + 2 * padding - reach();
  if (room < 0) return 0;
  const auto whole = room / stride + 1;
  // A window that is cut off must begin inside the axis or the zeros in front of it.
  return rounded_up && room % stride != 0 && whole * stride < extent + padding ? whole + 1 : whole;
}

auto check_window(const window_axis& a, std::string_view who) -> void {
  if (a.kernel < 1) throw error(fmt::format("{}: a kernel of {} covers nothing; 1 is the least", who, a.kernel));
  if (a.stride < 1) throw error(fmt::format("{}: stride {} leads nowhere; 1 is the least", who, a.stride));
  if (a.dilation < 1) throw error(fmt::format("{}: dilation {} is not 1 or more; 1 means neighbours", who, a.dilation));
  if (a.padding < 0) throw error(fmt::format("{}: padding {} is negative; slice() cuts borders off", who, a.padding));
  // No product of two of them can overflow then, nor what a kernel reaches over.
  constexpr index_t most = 0x7fffffff;
  const auto largest = std::max({a.kernel, a.stride, a.dilation, a.padding});
  if (largest > most)
    throw error(fmt::format("{}: windows of kernel {}, stride {}, dilation {}, padding {}: {} is the most that each can be", who,
                            a.kernel, a.stride, a.dilation, a.padding, most));
}

auto windows_in(const window_axis& a, index_t extent, std::string_view axis, std::string_view who, const dims& shape) -> index_t {
  check_window(a, who);
  const auto n = a.count(extent);
  if (n < 1)
    throw error(
        fmt::format("{}: a kernel that reaches over {} (kernel {}, dilation {}) does not fit into the {} {} + 2 * {} of {}; "
                    "a smaller kernel, or padding?",
                    who, a.reach(), a.kernel, a.dilation, axis, extent, a.padding, to_string(shape)));
  return n;
}

auto check_images(const dims& shape, int axes, std::string_view who) -> void {
  if (shape.size() == axes + 2) return;
  const auto wanted = axes == 1 ? "[N, C, L]" : "[N, C, H, W]";
  const auto* hint = shape.size() == axes + 1 ? "; a batch axis forgotten? unsqueeze(x, 0)" : "";
  throw error(
      fmt::format("{}: {} has {} axes, and {} {} are expected{}", who, to_string(shape), shape.size(), axes + 2, wanted, hint));
}

auto text_of(const window_parameters& p) -> std::string {
  auto s = "kernel " + to_string(p.kernel);
  if (p.options.stride != 1) s += ", stride " + to_string(p.options.stride);
  if (p.options.padding != 0) s += ", padding " + to_string(p.options.padding);
  if (p.options.dilation != 1) s += ", dilation " + to_string(p.options.dilation);
  return s;
}
}  // namespace detail

namespace {

// Calls f(position of the plane's row, position of the column's row, first window, last + 1, first column) for each row of windows that one number of
// the kernel meets; plane and columns advance by stride and by 1.
template <class F>
auto each_row(const detail::window_parameters& p, index_t h, index_t w, index_t rows, index_t columns, F&& f) -> void {
  const auto& o = p.options;
  for (index_t i = 0; i < p.kernel.h; ++i)
    for (index_t j = 0; j < p.kernel.w; ++j)
      for (index_t r = 0; r < rows; ++r) {
        const auto y = r * o.stride.h + i * o.dilation.h - o.padding.h, x = j * o.dilation.w - o.padding.w;
        const auto column = ((i * p.kernel.w + j) * rows + r) * columns;
        if (y < 0 || y >= h) {
          f(0, column, 0, 0);
          continue;
        }
        const auto first = std::clamp<index_t>((-x + o.stride.w - 1) / o.stride.w, 0, columns);
        const auto last = w - 1 - x < 0 ? index_t{0} : std::clamp<index_t>((w - 1 - x) / o.stride.w + 1, 0, columns);
        f(y * w + x, column, x >= 0 ? 0 : first, std::max(x >= 0 ? 0 : first, last));
      }
}

}  // namespace

namespace detail {

auto unfolding(const window_parameters& p, const array& x) -> array {
  const auto& s = x.shape();
  detail::check_images(s, 2, "unfold");
  const auto rows = detail::windows_in(p.rows(), s[2], "height", "unfold", s),
             columns = detail::windows_in(p.columns(), s[3], "width", "unfold", s);
  elements({s[0], s[1], p.kernel.h, p.kernel.w, rows, columns});  // throws for more than there can be
  return stand_in({s[0], s[1] * p.kernel.h * p.kernel.w, rows * columns}, floating(x.type()));
}

auto unfolded(const window_parameters& p, const array& x_any) -> array {
  const auto& s = x_any.shape();
  const auto result = unfolding(p, x_any);
  const auto rows = p.rows().count(s[2]), columns = p.columns().count(s[3]);
  const auto type = result.type();
  const auto x = x_any.cast(type).contiguous();
  const auto size = p.kernel.h * p.kernel.w, step = p.options.stride.w, plane = s[2] * s[3], column = size * rows * columns;
  auto y = array::uninitialized(type, result.shape());
  with_floating(type, [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = y.writable<T>().data();
    detail::parallel_rows(s[0] * s[1], column, [&](index_t begin, index_t end) {
      for (auto k = begin; k < end; ++k)
        each_row(p, s[2], s[3], rows, columns, [&](index_t at, index_t column_at, index_t first, index_t last) {
          auto* const out = to + k * column + column_at;
          const auto* const in = from + k * plane + at;
          std::fill_n(out, first, T{});
          for (auto i = first; i < last; ++i) out[i] = in[i * step];
          std::fill(out + last, out + columns, T{});
        });
    });
  });
  return y;
}

auto folding(const fold_parameters& p, const array& x) -> array {
  const auto& s = x.shape();
  const auto& windows = p.windows;
  const auto h = p.extent.h, w = p.extent.w;
  elements({h, w});  // throws for more than there can be
  const auto rows = detail::windows_in(windows.rows(), h, "height", "fold", {h, w}),
             columns = detail::windows_in(windows.columns(), w, "width", "fold", {h, w});
  elements({windows.kernel.h, windows.kernel.w, rows, columns});
  const auto size = windows.kernel.h * windows.kernel.w;
  if (s.size() != 3)
    throw error(fmt::format("fold: {} has {} axes, and 3 [N, C * kernel, windows] are expected{}", to_string(s), s.size(),
                            s.size() == 2 ? "; a batch axis forgotten? unsqueeze(x, 0)" : ""));
  if (s[1] % size != 0)
    throw error(fmt::format("fold: axis 1 of {} is not a multiple of the kernel {}, {} numbers", to_string(s),
                            to_string(windows.kernel), size));
  if (s[2] != rows * columns)
    throw error(fmt::format("fold: axis 2 of {} should be {}, the {} by {} windows of an image of {}", to_string(s),
                            rows * columns, rows, columns, to_string(p.extent)));
  return stand_in({s[0], s[1] / size, h, w}, floating(x.type()));
}

auto folded(const fold_parameters& p, const array& x_any) -> array {
  const auto& s = x_any.shape();
  const auto& windows = p.windows;
  const auto result = folding(p, x_any);
  const auto size = windows.kernel.h * windows.kernel.w, h = p.extent.h, w = p.extent.w;
  const auto rows = windows.rows().count(h), columns = windows.columns().count(w);
  const auto type = result.type();
  const auto x = x_any.cast(type).contiguous();
  const auto step = windows.options.stride.w, plane = h * w, column = size * rows * columns;
  auto y = array::uninitialized(type, result.shape());
  with_floating(type, [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = y.writable<T>().data();
    detail::parallel_rows(s[0] * (s[1] / size), column, [&](index_t begin, index_t end) {
      std::fill(to + begin * plane, to + end * plane, T{});
      for (auto k = begin; k < end; ++k)
        each_row(windows, h, w, rows, columns, [&](index_t at, index_t column_at, index_t first, index_t last) {
          const auto* const in = from + k * column + column_at;
          auto* const out = to + k * plane + at;
          for (auto i = first; i < last; ++i) out[i * step] += in[i];
        });
    });
  });
  return y;
}
}  // namespace detail

}  // namespace seegrad
