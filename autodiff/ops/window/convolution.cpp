#include <autodiff/ops/window/convolution.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/ops/window/convolution_kernel.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto rows_of(const convolution& c, index_t kernel) -> detail::window_axis {
  return {kernel, c.stride.h, c.padding.h, c.dilation.h};
}
auto columns_of(const convolution& c, index_t kernel) -> detail::window_axis {
  return {kernel, c.stride.w, c.padding.w, c.dilation.w};
}

// Kernels, and the channels of x, which are axis 0 of the kernels for a transposed convolution and groups times axis 1 for any other.
auto check_channels(const dims& x, const dims& w, index_t groups, int axes, bool transposed, std::string_view who) -> void {
  detail::check_images(x, axes, who);
  if (w.size() != axes + 2)
    throw error(fmt::format("{}: kernels of {} have {} axes, and {} are expected, [{}, {}]", who, to_string(w), w.size(),
                            axes + 2, transposed ? "C, K / groups" : "K, C / groups", axes == 1 ? "l" : "h, w"));
  if (groups < 1) throw error(fmt::format("{}: {} groups; 1 is the least", who, groups));
  if (w[0] % groups != 0)
    throw error(fmt::format("{}: axis 0 of the kernels {}, {} channels, cannot be divided into {} groups", who, to_string(w),
                            w[0], groups));
  if (x[1] % groups != 0)
    throw error(fmt::format("{}: the {} channels of {} cannot be divided into {} groups", who, x[1], to_string(x), groups));
  const auto expected = transposed ? w[0] : w[1] * groups;
  if (x[1] == expected) return;
  const bool turned = groups == 1 && x[1] == w[transposed ? 1 : 0];
  throw error(fmt::format("{}: {} has {} channels, and the kernels {} take {}{}{}", who, to_string(x), x[1], to_string(w),
                          expected, groups > 1 ? fmt::format(" in {} groups", groups) : "",
                          turned ? "; the first two axes of the kernels are exchanged?" : "; channels are axis 1 of images"));
}

auto type_of(std::span<const array> x) -> dtype { return floating(std::max(x[0].type(), x[1].type())); }
auto count_of(const detail::window_axis& a, index_t extent) -> index_t { return a.count(extent); }

auto forward_taps(const detail::window_axis& a, index_t count) -> detail::pool_vector<detail::kernel::axis_taps> {
  // Where there is one window alone no stride leads anywhere, and a large one would cost memory.
  detail::kernel::axis_taps t{0, 1, count, count > 1 ? a.stride : 1, {}, {}};
  for (index_t k = 0; k < a.kernel; ++k) t.offset.push_back(k * a.dilation - a.padding), t.weight.push_back(k);
  return {t};
}
// Input p of a convolution is read by output q with tap k if q * stride + k * dilation - padding = p.
auto transposed_taps(const detail::window_axis& a, index_t extent) -> detail::pool_vector<detail::kernel::axis_taps> {
  detail::pool_vector<detail::kernel::axis_taps> all;
  for (index_t first = 0; first < std::min(a.stride, extent); ++first) {
    detail::kernel::axis_taps t{first, a.stride, (extent - first + a.stride - 1) / a.stride, 1, {}, {}};
    for (index_t k = 0; k < a.kernel; ++k) {
      const auto at = first + a.padding - k * a.dilation;
      if (at % a.stride == 0) t.offset.push_back(at / a.stride), t.weight.push_back(k);
    }
    all.push_back(std::move(t));
  }
  return all;
}

}  // namespace

namespace detail {
auto text_of(const convolution& c) -> std::string {
  std::vector<std::string> parts;
  if (c.stride != 1) parts.push_back("stride " + to_string(c.stride));
  if (c.padding != 0) parts.push_back("padding " + to_string(c.padding));
  if (c.dilation != 1) parts.push_back("dilation " + to_string(c.dilation));
  if (c.groups != 1) parts.push_back(fmt::format("{} groups", c.groups));
  std::string s;
  for (const auto& part : parts) s += (s.empty() ? "" : ", ") + part;
  return s;
}

auto check_convolution(const dims& x, const dims& w, const convolution& c, int axes, std::string_view who) -> void {
  check_channels(x, w, c.groups, axes, false, who);
  if (axes == 2) windows_in(rows_of(c, w[2]), x[2], "height", who, x);
  windows_in(columns_of(c, w.back()), x.back(), axes == 2 ? "width" : "length", who, x);
}

auto transposed_extent(const dims& x, const dims& w, const transposed_convolution& c, int axes, std::string_view who) -> sides {
  check_channels(x, w, c.groups, axes, true, who);
  const auto extent = [&](index_t n, const window_axis& a, index_t more) {
    check_window(a, who);
    if (more < 0 || more >= std::max(a.stride, a.dilation))
      throw error(fmt::format("{}: output_padding {} must be at least 0 and less than stride {} or dilation {}", who, more,
                              a.stride, a.dilation));
    elements({n, a.stride});  // throws for more than there can be
    const auto m = (n - 1) * a.stride - 2 * a.padding + a.reach() + more;
    if (n < 1 || m < 1)
      throw error(
          fmt::format("{}: {} would give an extent of {}; less padding than {}?", who, to_string(x), n < 1 ? 0 : m, a.padding));
    return m;
  };
  const convolution rule{c.stride, c.padding, c.dilation, c.groups};
  return {axes == 2 ? extent(x[2], rows_of(rule, w[2]), c.output_padding.h) : 1,
          extent(x.back(), columns_of(rule, w.back()), c.output_padding.w)};
}
}  // namespace detail

auto conv2d_op::result(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &k = x[1].shape();
  detail::check_convolution(s, k, p, 2, name);
  return stand_in({s[0], k[0], rows_of(p, k[2]).count(s[2]), columns_of(p, k[3]).count(s[3])}, type_of(x));
}
auto conv2d_op::value(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &k = x[1].shape();
  auto y = array::uninitialized(type_of(x), result(p, x).shape());
  const auto rows = rows_of(p, k[2]), columns = columns_of(p, k[3]);
  const auto type = y.type();
  const detail::kernel::correlation c{s[0],
                                      p.groups,
                                      k[1],
                                      k[0] / p.groups,
                                      s[2],
                                      s[3],
                                      y.shape()[2],
                                      y.shape()[3],
                                      k[2],
                                      k[3],
                                      false,
                                      forward_taps(rows, y.shape()[2]),
                                      forward_taps(columns, y.shape()[3])};
  const auto images = x[0].cast(type).contiguous(), kernels = x[1].cast(type).contiguous();
  detail::with_floating(
      type, [&]<class T>(T) { detail::kernel::correlate(c, images.data<T>(), kernels.data<T>(), y.writable<T>().data()); });
  return y;
}

auto conv_transpose2d_op::result(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &k = x[1].shape();
  check_channels(s, k, p.rule.groups, 2, true, name);
  const auto rows = rows_of(p.rule, k[2]), columns = columns_of(p.rule, k[3]);
  detail::check_window(rows, name), detail::check_window(columns, name);
  if (count_of(rows, p.extent.h) < s[2] || count_of(columns, p.extent.w) < s[3])
    throw error(
        fmt::format("conv_transpose2d: {} does not come from a convolution of images of {}", to_string(s), to_string(p.extent)));
  return stand_in({s[0], k[1] * p.rule.groups, p.extent.h, p.extent.w}, type_of(x));
}
auto conv_transpose2d_op::value(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &k = x[1].shape();
  auto y = array::uninitialized(type_of(x), result(p, x).shape());
  const auto rows = rows_of(p.rule, k[2]), columns = columns_of(p.rule, k[3]);
  const auto type = y.type();
  const detail::kernel::correlation c{s[0],
                                      p.rule.groups,
                                      k[0] / p.rule.groups,
                                      k[1],
                                      s[2],
                                      s[3],
                                      p.extent.h,
                                      p.extent.w,
                                      k[2],
                                      k[3],
                                      true,
                                      transposed_taps(rows, p.extent.h),
                                      transposed_taps(columns, p.extent.w)};
  const auto images = x[0].cast(type).contiguous(), kernels = x[1].cast(type).contiguous();
  detail::with_floating(
      type, [&]<class T>(T) { detail::kernel::correlate(c, images.data<T>(), kernels.data<T>(), y.writable<T>().data()); });
  return y;
}

auto conv_weight2d_op::result(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &o = x[1].shape();
  const auto rows = rows_of(p.rule, p.kernel.h), columns = columns_of(p.rule, p.kernel.w);
  detail::check_images(s, 2, name), detail::check_images(o, 2, name);
  detail::check_window(rows, name), detail::check_window(columns, name);
  const auto groups = p.rule.groups;
  if (groups < 1 || s[1] % groups != 0 || o[1] % groups != 0 || s[0] != o[0] || count_of(rows, s[2]) < o[2] ||
      count_of(columns, s[3]) < o[3])
    throw error(fmt::format("conv_weight2d: {} does not come from a convolution of {} with kernels of {}", to_string(o),
                            to_string(s), to_string(p.kernel)));
  return stand_in({o[1], s[1] / groups, p.kernel.h, p.kernel.w}, type_of(x));
}
auto conv_weight2d_op::value(const parameters& p, std::span<const array> x) -> array {
  const auto &s = x[0].shape(), &o = x[1].shape();
  auto w = array::uninitialized(type_of(x), result(p, x).shape());
  const auto rows = rows_of(p.rule, p.kernel.h), columns = columns_of(p.rule, p.kernel.w);
  const auto groups = p.rule.groups;
  const auto type = w.type();
  const detail::kernel::correlation c{s[0],
                                      groups,
                                      s[1] / groups,
                                      o[1] / groups,
                                      s[2],
                                      s[3],
                                      o[2],
                                      o[3],
                                      p.kernel.h,
                                      p.kernel.w,
                                      false,
                                      forward_taps(rows, o[2]),
                                      forward_taps(columns, o[3])};
  const auto images = x[0].cast(type).contiguous(), g = x[1].cast(type).contiguous();
  detail::with_floating(
      type, [&]<class T>(T) { detail::kernel::correlate_weights(c, images.data<T>(), g.data<T>(), w.writable<T>().data()); });
  return w;
}

auto conv2d_op::samples() -> samples_t {
  return {{{}, {{2, 3, 4, 5}, {4, 3, 2, 3}}},
          {{2, 1, 1, 1}, {{1, 2, 5, 4}, {3, 2, 3, 3}}},
          {{{2, 1}, {1, 2}, {1, 2}, 2}, {{2, 4, 5, 4}, {6, 2, 2, 3}}},
          {{3, 0, 1, 3}, {{1, 3, 4, 4}, {3, 1, 1, 1}}},
          {{1, 1, 1, 1}, {{0, 2, 3, 3}, {2, 2, 3, 3}}}};
}
auto conv2d_op::wrong() -> samples_t {
  return {{{}, {{3, 4, 5}, {4, 3, 2, 3}}},     {{}, {{1, 3, 4, 5}, {4, 2, 2, 3}}},
          {{}, {{1, 3, 4, 5}, {4, 3, 5, 3}}},  {{1, 0, 1, 2}, {{1, 3, 4, 5}, {4, 1, 2, 2}}},
          {{0}, {{1, 3, 4, 5}, {4, 3, 2, 3}}}, {{1, 0, 1, 3}, {{1, 3, 4, 4}, {4, 1, 1, 1}}}};
}
auto conv_transpose2d_op::samples() -> samples_t {
  return {{{{}, {4, 5}}, {{2, 4, 3, 3}, {4, 3, 2, 3}}},
          {{{2, 1, 1, 1}, {6, 5}}, {{1, 3, 3, 3}, {3, 2, 3, 3}}},
          {{{{2, 1}, {1, 2}, {1, 2}, 2}, {5, 4}}, {{2, 6, 3, 4}, {6, 2, 2, 3}}},
          {{{3, 0, 2, 1}, {6, 6}}, {{1, 2, 2, 2}, {2, 1, 2, 2}}}};
}
auto conv_transpose2d_op::wrong() -> samples_t {
  return {{{{}, {4, 4}}, {{2, 4, 3, 3}, {4, 3, 2, 3}}}, {{{}, {4, 5}}, {{2, 3, 3, 3}, {4, 3, 2, 3}}}};
}
auto conv_weight2d_op::samples() -> samples_t {
  return {{{{}, {2, 3}}, {{2, 3, 4, 5}, {2, 4, 3, 3}}},
          {{{2, 1, 1, 1}, 3}, {{1, 2, 5, 4}, {1, 3, 3, 2}}},
          {{{{2, 1}, {1, 2}, {1, 2}, 2}, {2, 3}}, {{2, 4, 5, 4}, {2, 6, 3, 4}}},
          {{{1, 1, 1, 1}, 3}, {{0, 2, 3, 3}, {0, 2, 3, 3}}}};
}
auto conv_weight2d_op::wrong() -> samples_t {
  return {{{{}, {2, 3}}, {{2, 3, 4, 5}, {1, 4, 3, 3}}}, {{{}, {2, 3}}, {{2, 3, 4, 5}, {2, 4, 4, 3}}}};
}

}  // namespace seegrad
