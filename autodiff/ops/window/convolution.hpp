#pragma once
// Convolutions of images and of sequences, and their transposes.
//
//   tensor x = input(images, "x"), w = input(kernels, "w"), b = input(bias, "b");  // [N, C, H, W], [K, C, 3, 3], [K]
//   tensor y = conv2d(x, w, b, {.padding = 1});                                    // [N, K, H, W]
//   tensor z = conv2d(x, w, {.stride = {2, 1}, .groups = 4});                      // without a bias; height and width may differ
//   tensor u = conv_transpose2d(y, w, {.stride = 2, .output_padding = 1});
//
// Names, arguments and layouts are PyTorch's; as there, the kernel is not turned round, so that this is a correlation. Convolution, its
// derivative by x (a transposed convolution) and its derivative by the weights are three maps, each linear in both operands, and what one
// operand of each gets from the result is one of the other two. So derivatives of any order are fast.
//
// Where the zeros of padding, or those beyond the border of what a transposed convolution is of, meet an infinite weight, the result may
// be NaN. An infinite number of an image reaches only the results, and the weights' derivatives, that it is multiplied for.

#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/shape/slicing.hpp>
#include <autodiff/ops/window/window.hpp>

namespace seegrad {

/// How windows lie: steps, zeros around, distances of a window's elements, and groups of channels that do not see each other.
struct convolution {
  sides stride = 1, padding = 0, dilation = 1;  ///< of rows and columns
  index_t groups = 1;                           ///< both numbers of channels are multiples of it
  friend auto operator==(const convolution&, const convolution&) -> bool = default;
};
/// The convolution that goes the other way; output_padding tells results apart that it makes the same of.
struct transposed_convolution {
  sides stride = 1, padding = 0, output_padding = 0, dilation = 1;  ///< of rows and columns
  index_t groups = 1;                                               ///< both numbers of channels are multiples of it
};
/// The same along one axis.
struct convolution_1d {
  index_t stride = 1, padding = 0, dilation = 1, groups = 1;  ///< as those of convolution
  auto flat() const -> convolution { return {{1, stride}, {0, padding}, {1, dilation}, groups}; }
};
/// The same along one axis.
struct transposed_convolution_1d {
  index_t stride = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1;  ///< as those of transposed_convolution
  auto flat() const -> transposed_convolution { return {{1, stride}, {0, padding}, {0, output_padding}, {1, dilation}, groups}; }
};

namespace detail {
struct conv_transpose_parameters {
  convolution rule;
  sides extent;  ///< of the result
  friend auto operator==(const conv_transpose_parameters&, const conv_transpose_parameters&) -> bool = default;
};
struct conv_weight_parameters {
  convolution rule;
  sides kernel;
  friend auto operator==(const conv_weight_parameters&, const conv_weight_parameters&) -> bool = default;
};

auto text_of(const convolution& c) -> std::string;
/// Throw unless the shapes fit; 1 or 2 axes of windows.
auto check_convolution(const dims& x, const dims& w, const convolution& c, int axes, std::string_view who) -> void;
auto transposed_extent(const dims& x, const dims& w, const transposed_convolution& c, int axes, std::string_view who) -> sides;
}  // namespace detail

struct conv2d_op : structural<2, convolution> {
  static constexpr std::string_view name = "conv2d", symbol = "∗",
                                    help = "images [N, C, H, W] correlated with kernels [K, C / groups, h, w]";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array;
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T& y, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return detail::text_of(p); }
  static auto follows(const parameters&, int i, std::span<const array>) -> dims {
    return i == 0 ? dims{0, -1, -1, -1} : dims{1, -1, -1, -1};  // an image its own; a kernel its own channel
  }
  static auto samples() -> samples_t;
  static auto wrong() -> samples_t;
};
/// The transpose of conv2d by its first operand.
struct conv_transpose2d_op : structural<2, detail::conv_transpose_parameters> {
  static constexpr std::string_view name = "conv_transpose2d", symbol = "∗ᵀ", help = "the transpose of conv2d: what images get";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array;
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T& y, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return detail::text_of(p.rule); }
  static auto follows(const parameters&, int i, std::span<const array>) -> dims {
    return i == 0 ? dims{0, -1, -1, -1} : dims{-1, -1, -1, -1};
  }
  static auto samples() -> samples_t;
  static auto wrong() -> samples_t;
};
/// The transpose of conv2d by its second operand: of images x and a cotangent g of the result.
struct conv_weight2d_op : structural<2, detail::conv_weight_parameters> {
  static constexpr std::string_view name = "conv_weight2d", help = "the transpose of conv2d by its kernels: what kernels get";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array;
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T& y, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return detail::text_of(p.rule); }
  static auto samples() -> samples_t;
  static auto wrong() -> samples_t;
};

namespace detail {
/// The convolution, without rows and columns beyond `shape`; a transposed one whose output padding exceeds its stride does not come from those.
template <class T>
auto convolved_to(const dims& shape, const T& x, const T& w, const convolution& c) -> T {
  const auto y = structured<conv2d_op>(c, x, w);
  return y.shape() == shape ? y : slice(slice(y, 2, 0, shape[2]), 3, 0, shape[3]);
}
inline auto image_sides(const dims& shape) -> sides { return {shape[2], shape[3]}; }
}  // namespace detail

template <class T>
auto conv2d_op::vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
  return i == 0 ? structured<conv_transpose2d_op>({p, detail::image_sides(x[0].shape())}, g, x[1])
                : structured<conv_weight2d_op>({p, detail::image_sides(x[1].shape())}, x[0], g);
}
template <class T>
auto conv_transpose2d_op::vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
  return i == 0 ? detail::convolved_to(x[0].shape(), g, x[1], p.rule)
                : structured<conv_weight2d_op>({p.rule, detail::image_sides(x[1].shape())}, g, x[0]);
}
template <class T>
auto conv_weight2d_op::vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
  return i == 0 ? structured<conv_transpose2d_op>({p.rule, detail::image_sides(x[0].shape())}, x[1], g)
                : detail::convolved_to(x[1].shape(), x[0], g, p.rule);
}

/// x [N, C, H, W] and w [K, C / groups, h, w] give [N, K, H', W'], H' = (H + 2 * padding - dilation * (h - 1) - 1) / stride + 1,
/// rounded down.
template <class X, class W>
  requires operands<X, W>
auto conv2d(const X& x, const W& w, const convolution& c = {}) {
  return structured<conv2d_op>(c, x, w);
}
/// The same plus b [K].
template <class X, class W, class B>
  requires operands<X, W, B>
auto conv2d(const X& x, const W& w, const B& b, const convolution& c = {}) {
  return conv2d(x, w, c) + reshape(b, {-1, 1, 1});
}

/// x [N, K, H, W] and w [K, C / groups, h, w] give [N, C, H', W'], H' = (H - 1) * stride - 2 * padding + dilation * (h - 1) +
/// output_padding + 1. Throws if output_padding is not less than stride or dilation.
template <class X, class W>
  requires operands<X, W>
auto conv_transpose2d(const X& x, const W& w, const transposed_convolution& c = {}) {
  const auto extent = detail::transposed_extent(x.shape(), w.shape(), c, 2, "conv_transpose2d");
  return structured<conv_transpose2d_op>({{c.stride, c.padding, c.dilation, c.groups}, extent}, x, w);
}
template <class X, class W, class B>
  requires operands<X, W, B>
auto conv_transpose2d(const X& x, const W& w, const B& b, const transposed_convolution& c = {}) {
  return conv_transpose2d(x, w, c) + reshape(b, {-1, 1, 1});
}

/// x [N, C, L] and w [K, C / groups, l] give [N, K, L']: images of height 1.
template <class X, class W>
  requires operands<X, W>
auto conv1d(const X& x, const W& w, const convolution_1d& c = {}) {
  detail::check_convolution(x.shape(), w.shape(), c.flat(), 1, "conv1d");
  return squeeze(conv2d(unsqueeze(x, 2), unsqueeze(w, 2), c.flat()), 2);
}
template <class X, class W, class B>
  requires operands<X, W, B>
auto conv1d(const X& x, const W& w, const B& b, const convolution_1d& c = {}) {
  return conv1d(x, w, c) + reshape(b, {-1, 1});
}
/// x [N, C, L] and w [C, K / groups, l] give [N, K, L'].
template <class X, class W>
  requires operands<X, W>
auto conv_transpose1d(const X& x, const W& w, const transposed_convolution_1d& c = {}) {
  detail::transposed_extent(x.shape(), w.shape(), c.flat(), 1, "conv_transpose1d");
  return squeeze(conv_transpose2d(unsqueeze(x, 2), unsqueeze(w, 2), c.flat()), 2);
}
template <class X, class W, class B>
  requires operands<X, W, B>
auto conv_transpose1d(const X& x, const W& w, const B& b, const transposed_convolution_1d& c = {}) {
  return conv_transpose1d(x, w, c) + reshape(b, {-1, 1});
}

namespace detail {
using convolution_operations = operation_list<conv2d_op, conv_transpose2d_op, conv_weight2d_op>;
}  // namespace detail

}  // namespace seegrad
