// Convolutions and pooling, along one axis or two. What is along one is done as an image of height 1.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <limits>
#include <nn/save/onnx_operators/whole_numbers.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// What attributes say of the windows of one operator.
struct windows {
  sides kernel, stride = 1, dilation = 1;
  sides front = 0, behind = 0;  ///< padding
  bool is_line = false;         ///< one axis

  auto is_even() const -> bool { return front == behind; }
};

auto as_image(const tensor& x) -> tensor { return x.rank() == 3 ? unsqueeze(x, 2) : x; }
auto as_it_was(const windows& w, const tensor& y) -> tensor { return w.is_line ? squeeze(y, 2) : y; }

/// A list for the axes of windows. Throws unless it is positive, or not negative, and has a number for each.
auto sides_of(C c, std::string_view name, bool is_line, index_t otherwise, index_t least) -> sides {
  const auto list = c.wholes(name);
  if (list.empty()) return is_line ? sides(otherwise == 0 ? 0 : 1, otherwise) : sides(otherwise);
  if (list.size() != (is_line ? 1u : 2u)) c.refuse(fmt::format("'{}' has {} numbers", name, list.size()));
  for (const auto n : list)
    if (n < least || n > 1 << 30) c.refuse(fmt::format("'{}' is {}", name, n));
  return is_line ? sides(least == 0 ? 0 : 1, list[0]) : sides(list[0], list[1]);
}

auto windows_of(C c, const dims& kernel) -> windows {
  const auto& x = c.in(0);
  if (x.rank() != 3 && x.rank() != 4)
    c.refuse(fmt::format("{}: sequences [N, C, L] and images [N, C, H, W] are read, and no volumes", to_string(x.shape())));
  windows w;
  w.is_line = x.rank() == 3;
  w.kernel = kernel.empty() ? sides_of(c, "kernel_shape", w.is_line, 1, 1) : sides(w.is_line ? 1 : kernel[0], kernel.back());
  w.stride = sides_of(c, "strides", w.is_line, 1, 1);
  w.dilation = sides_of(c, "dilations", w.is_line, 1, 1);
  const auto pads = c.wholes("pads");
  const std::size_t axes = w.is_line ? 1 : 2;
  if (!pads.empty() && pads.size() != 2 * axes) c.refuse(fmt::format("'pads' has {} numbers", pads.size()));
  for (const auto n : pads)
    if (n < 0 || n > 1 << 30) c.refuse(fmt::format("a pad is {}", n));
  if (!pads.empty()) {
    w.front = w.is_line ? sides(0, pads[0]) : sides(pads[0], pads[1]);
    w.behind = w.is_line ? sides(0, pads[1]) : sides(pads[2], pads[3]);
  }
  return w;
}

// "SAME": as many windows as steps of the stride, and the odd zero behind ("UPPER") or in front.
auto pad_by_word(C c, windows& w) -> void {
  const auto word = c.word("auto_pad", "NOTSET");
  if (word == "VALID") w.front = w.behind = 0;
  if (word != "SAME_UPPER" && word != "SAME_LOWER") return;
  const auto one = [&](index_t extent, index_t kernel, index_t stride, index_t dilation, index_t& front, index_t& behind) {
    const auto count = (extent + stride - 1) / stride;
    const auto both = std::max<index_t>(0, (count - 1) * stride + dilation * (kernel - 1) + 1 - extent);
    front = word == "SAME_UPPER" ? both / 2 : both - both / 2, behind = both - front;
  };
  const auto x = as_image(c.in(0)).shape();
  one(x[2], w.kernel.h, w.stride.h, w.dilation.h, w.front.h, w.behind.h);
  one(x[3], w.kernel.w, w.stride.w, w.dilation.w, w.front.w, w.behind.w);
}

auto padded(const tensor& x, const windows& w, double value) -> tensor {
  return pad(x, {0, 0, w.front.h, w.front.w}, {0, 0, w.behind.h, w.behind.w}, value);
}

auto with_bias(C c, const tensor& y) -> tensor { return c.has(2) ? y + reshape(c.in(2), {-1, 1, 1}) : y; }

auto kernel_of(C c) -> dims {
  if (c.in(0).rank() < 3 || c.in(1).rank() != c.in(0).rank())
    c.refuse(fmt::format("{} and kernels {}", to_string(c.in(0).shape()), to_string(c.in(1).shape())));
  return c.in(1).shape().from(2);
}

auto convolved(C c) -> tensor {
  auto w = windows_of(c, kernel_of(c));
  pad_by_word(c, w);
  const auto x = as_image(c.in(0)), kernels = as_image(c.in(1));
  const convolution rule{w.stride, w.is_even() ? w.front : sides(0), w.dilation, c.whole("group", 1)};
  return as_it_was(w, with_bias(c, conv2d(w.is_even() ? x : padded(x, w, 0), kernels, rule)));
}

// Without padding, whose rows and columns are then cut off, or zeros added, so that the result has the extent.
auto cut_to(const tensor& y, int axis, index_t front, index_t extent) -> tensor {
  const auto inside = slice(y, axis, front, std::min(front + extent, y.shape()[axis]));
  auto none = dims::filled(4, 0), more = none;
  more[axis] = extent - inside.shape()[axis];
  return more[axis] == 0 ? inside : pad(inside, none, more);
}

auto convolved_back(C c) -> tensor {
  auto w = windows_of(c, kernel_of(c));
  const auto x = as_image(c.in(0)), kernels = as_image(c.in(1));
  auto more = sides_of(c, "output_padding", w.is_line, 0, 0);
  const auto word = c.word("auto_pad", "NOTSET");
  const auto said = c.wholes("output_shape");
  if (word == "VALID") w.front = w.behind = 0;
  // The extent without padding.
  const auto whole = [](index_t n, index_t stride, index_t dilation, index_t kernel) {
    return (n - 1) * stride + dilation * (kernel - 1) + 1;
  };
  const sides full(whole(x.shape()[2], w.stride.h, w.dilation.h, w.kernel.h),
                   whole(x.shape()[3], w.stride.w, w.dilation.w, w.kernel.w));
  if (!said.empty() || word.starts_with("SAME")) {
    const sides extent =
        said.empty() ? sides(x.shape()[2] * w.stride.h, x.shape()[3] * w.stride.w) : sides_of(c, "output_shape", w.is_line, 1, 1);
    const auto share = [&](index_t all, index_t& front, index_t& behind) {
      all = std::max<index_t>(0, all);
      front = word == "SAME_UPPER" ? all / 2 : all - all / 2, behind = all - front;
    };
    share(full.h + more.h - extent.h, w.front.h, w.behind.h), share(full.w + more.w - extent.w, w.front.w, w.behind.w);
    more = sides(extent.h - (full.h - w.front.h - w.behind.h), extent.w - (full.w - w.front.w - w.behind.w));
  }
  const bool plain = w.is_even() && more.h < std::max(w.stride.h, w.dilation.h) && more.w < std::max(w.stride.w, w.dilation.w);
  const auto groups = c.whole("group", 1);
  if (plain) return as_it_was(w, with_bias(c, conv_transpose2d(x, kernels, {w.stride, w.front, more, w.dilation, groups})));
  const auto y = conv_transpose2d(x, kernels, {w.stride, 0, 0, w.dilation, groups});
  const sides extent(full.h - w.front.h - w.behind.h + more.h, full.w - w.front.w - w.behind.w + more.w);
  if (extent.h < 1 || extent.w < 1) c.refuse(fmt::format("{} would have the extent {}", to_string(x.shape()), to_string(extent)));
  return as_it_was(w, with_bias(c, cut_to(cut_to(y, 2, w.front.h, extent.h), 3, w.front.w, extent.w)));
}

/// The library's own pooling pads both ends alike, and by no more than half a window.
auto has_little_padding(const windows& w) -> bool {
  return w.is_even() && 2 * w.front.h <= w.kernel.h && 2 * w.front.w <= w.kernel.w;
}

// Of each largest number where it lies in all of x, counted by rows, or by columns.
auto places_of_largest(C c, const windows& w, const tensor& x, bool rounds_up) -> tensor {
  const auto rule = seegrad::detail::pooling_windows(w.kernel, w.stride, w.front, w.dilation);
  const auto in_plane = structured<max_places_op>({rule, rounds_up}, x);
  const auto& shape = x.shape();
  const auto height = shape[2], width = shape[3];
  const auto planes = arange(static_cast<double>(shape[0] * shape[1]), int64).reshape({shape[0], shape[1], 1, 1});
  const tensor begins = planes * array{height * width}.reshape({});
  if (c.whole("storage_order", 0) == 0 || w.is_line) return begins + in_plane;
  const auto row = whole_quotient(in_plane, width);
  return begins + (in_plane - row * width) * height + row;
}

auto largest_in_windows(C c) -> std::vector<tensor> {
  auto w = windows_of(c, {});
  pad_by_word(c, w);
  const auto x = as_image(c.in(0));
  const bool rounds_up = c.whole("ceil_mode", 0) != 0;
  const bool inside = has_little_padding(w);
  std::vector<tensor> all{max_pool2d(inside ? x : padded(x, w, -std::numeric_limits<double>::infinity()), w.kernel,
                                     {w.stride, inside ? w.front : sides(0), w.dilation, rounds_up})};
  if (c.result_count() > 1) {
    if (!inside)
      c.refuse("the places of the largest numbers, its second result, are not given where the padding is not alike at both ends");
    all.push_back(places_of_largest(c, w, x, rounds_up));
  }
  for (auto& y : all) y = as_it_was(w, y);
  return all;
}

// Zeros, with the numbers where MaxPool found them. What an operand says of the extents is filled up behind.
auto put_back(C c) -> tensor {
  const auto w = windows_of(c, {});
  const auto x = as_image(c.in(0));
  if (c.in(0).shape() != c.in(1).shape())
    c.refuse(fmt::format("{} with places {}", to_string(c.in(0).shape()), to_string(c.in(1).shape())));
  auto shape = x.shape();
  shape[2] = (shape[2] - 1) * w.stride.h + w.kernel.h - w.front.h - w.behind.h;
  shape[3] = (shape[3] - 1) * w.stride.w + w.kernel.w - w.front.w - w.behind.w;
  if (shape[2] < 0 || shape[3] < 0) c.refuse(fmt::format("{} would have the shape {}", to_string(x.shape()), to_string(shape)));
  const tensor none = zeros({elements(shape)}, x.type());
  const auto y = as_it_was(w, reshape(scatter(none, flatten(c.in(1)), flatten(x), 0), shape));
  if (!c.has(2)) return y;
  const dims wanted(c.list(2));
  auto behind = dims::filled(y.rank(), 0);
  if (wanted.size() != y.rank()) c.refuse(fmt::format("{} cannot be {}", to_string(y.shape()), to_string(wanted)));
  for (int i = 0; i < y.rank(); ++i) {
    behind[i] = wanted[i] - y.shape()[i];
    if (behind[i] < 0) c.refuse(fmt::format("{} cannot be {}", to_string(y.shape()), to_string(wanted)));
  }
  return pad(y, dims::filled(y.rank(), 0), behind);
}

auto mean_of_windows(C c) -> tensor {
  auto w = windows_of(c, {});
  pad_by_word(c, w);
  const auto x = as_image(c.in(0));
  if (w.dilation != sides(1)) c.refuse("dilations of a mean are not read");
  const bool counts_padding = c.whole("count_include_pad", 0) != 0, rounds_up = c.whole("ceil_mode", 0) != 0;
  if (has_little_padding(w)) return as_it_was(w, avg_pool2d(x, w.kernel, {w.stride, w.front, rounds_up, counts_padding}));
  const auto average = [&](const tensor& y) { return avg_pool2d(padded(y, w, 0), w.kernel, {w.stride, 0, rounds_up, true}); };
  const auto y = average(x);
  return as_it_was(w, counts_padding ? y : y / average(tensor(ones(x.shape(), x.type()))));
}

auto behind_channels(C c) -> dims {
  if (c.in(0).rank() < 3) c.refuse(fmt::format("{} has no axes behind its channels", to_string(c.in(0).shape())));
  dims over;
  for (int i = 2; i < c.in(0).rank(); ++i) over.push(i);
  return over;
}

// clang-format off
const onnx_operator table[] = {
    {"Conv", 2, [](C c) -> R { return convolved(c); }},
    {"ConvTranspose", 2, [](C c) -> R { return convolved_back(c); }},
    {"MaxPool", 1, [](C c) -> R { return largest_in_windows(c); }},
    {"MaxUnpool", 2, [](C c) -> R { return put_back(c); }},
    {"AveragePool", 1, [](C c) -> R { return mean_of_windows(c); }},
    {"GlobalAveragePool", 1, [](C c) -> R {
      return c.in(0).rank() == 4 ? adaptive_avg_pool2d(c.in(0), 1) : mean(c.in(0), behind_channels(c), keep_axes);
    }},
    {"GlobalMaxPool", 1, [](C c) -> R { return max(c.in(0), behind_channels(c), keep_axes); }},
};
// clang-format on

}  // namespace

auto onnx_windows() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
