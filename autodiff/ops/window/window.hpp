#pragma once
// Windows that slide over the last axes: what convolutions and pooling share, and the windows themselves.
//
//   unfold(x, 3, {.padding = 1});           // [N, C, H, W] -> [N, C * 3 * 3, windows], a column a window
//   fold(columns, {H, W}, 3, {.padding = 1});  // back, where windows overlap the sum
//   unfold(x, {3, 5}, {.stride = {2, 1}});  // one number for both axes, or one for each
//
// Names, arguments and layouts are PyTorch's. A window of k numbers whose neighbours are `dilation` apart covers dilation * (k - 1) + 1
// positions; windows begin `stride` apart, in an axis that has `padding` zeros in front and behind.

#include <autodiff/ops/shape/shape.hpp>

namespace seegrad {

/// A number for height and one for width.
struct sides {
  index_t h = 1, w = 1;  ///< rows, columns
  constexpr sides() = default;
  constexpr sides(index_t both) : h(both), w(both) {}
  constexpr sides(int both) : h(both), w(both) {}
  constexpr sides(index_t height, index_t width) : h(height), w(width) {}
  friend auto operator==(const sides&, const sides&) -> bool = default;
};
auto to_string(const sides& s) -> std::string;  ///< "3x5"

namespace detail {
/// How windows lie in an axis.
struct window_axis {
  index_t kernel = 1, stride = 1, padding = 0, dilation = 1;
  friend auto operator==(const window_axis&, const window_axis&) -> bool = default;
  auto reach() const -> index_t { return dilation * (kernel - 1) + 1; }
  /// How many windows fit, 0 or less if none; `rounded_up`, also one that begins inside and ends behind.
  auto count(index_t extent, bool rounded_up = false) const -> index_t;
};
}  // namespace detail

struct window_options {
  sides stride = 1, padding = 0, dilation = 1;  ///< of rows and columns
  friend auto operator==(const window_options&, const window_options&) -> bool = default;
};

namespace detail {
struct window_parameters {
  sides kernel;
  window_options options;
  auto rows() const -> window_axis { return {kernel.h, options.stride.h, options.padding.h, options.dilation.h}; }
  auto columns() const -> window_axis { return {kernel.w, options.stride.w, options.padding.w, options.dilation.w}; }
  friend auto operator==(const window_parameters&, const window_parameters&) -> bool = default;
};
struct fold_parameters {
  sides extent;
  window_parameters windows;
  friend auto operator==(const fold_parameters&, const fold_parameters&) -> bool = default;
};

/// Throws unless kernel, stride and dilation are at least 1 and padding at least 0.
auto check_window(const window_axis& a, std::string_view who) -> void;
/// The same, and how many windows there are. Throws if none fits.
auto windows_in(const window_axis& a, index_t extent, std::string_view axis, std::string_view who, const dims& shape) -> index_t;
/// Throws unless x is [N, C, L] for one axis of windows, or [N, C, H, W] for two.
auto check_images(const dims& shape, int axes, std::string_view who) -> void;
auto text_of(const window_parameters& p) -> std::string;
/// The floating-point type of a result.

/// Adds, or reads, element by element; `fold` is the transpose of `unfold`.
auto unfolded(const window_parameters& p, const array& x) -> array;
auto folded(const fold_parameters& p, const array& x) -> array;
/// What they give, as stand-ins.
auto unfolding(const window_parameters& p, const array& x) -> array;
auto folding(const fold_parameters& p, const array& x) -> array;
}  // namespace detail

struct unfold_op : structural<1, detail::window_parameters> {
  static constexpr std::string_view name = "unfold", help = "windows of [N, C, H, W] as columns";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::unfolded(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array { return detail::unfolding(p, x[0]); }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return detail::text_of(p); }
  static auto samples() -> samples_t {
    return {{{2, {}}, {{1, 2, 3, 4}}}, {{{2, 3}, {{2, 1}, {1, 2}, {1, 2}}}, {{2, 1, 4, 5}}}, {{3, {1, 1, 1}}, {{0, 1, 2, 2}}}};
  }
  static auto wrong() -> samples_t { return {{{4, {}}, {{1, 1, 3, 5}}}, {{2, {0}}, {{1, 1, 3, 3}}}, {{2, {}}, {{1, 3, 3}}}}; }
};
struct fold_op : structural<1, detail::fold_parameters> {
  static constexpr std::string_view name = "fold", help = "columns laid back as windows of [N, C, H, W] and summed";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::sums;
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::folded(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array { return detail::folding(p, x[0]); }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<unfold_op>(p.windows, g);
  }
  static auto text(const parameters& p) -> std::string { return detail::text_of(p.windows) + ", to " + to_string(p.extent); }
  static auto samples() -> samples_t {
    return {{{{3, 4}, {2, {}}}, {{1, 8, 6}}}, {{{4, 5}, {{2, 3}, {{2, 1}, {1, 2}, {1, 2}}}}, {{2, 6, 15}}}};
  }
  static auto wrong() -> samples_t {
    return {{{{3, 4}, {2, {}}}, {{1, 8, 5}}}, {{{3, 4}, {2, {}}}, {{1, 7, 6}}}, {{3, {2, {}}}, {{8, 4}}}};
  }
};
template <class T>
auto unfold_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  return structured<fold_op>({{x[0].shape()[2], x[0].shape()[3]}, p}, g);
}

/// x [N, C, H, W] gives [N, C * kernel, windows], windows row by row.
template <array_like X>
auto unfold(const X& x, sides kernel, const window_options& options = {}) -> X {
  return structured<unfold_op>({kernel, options}, x);
}
/// x [N, C * kernel, windows] gives [N, C, extent]. Throws unless the windows are those of that extent.
template <array_like X>
auto fold(const X& x, sides extent, sides kernel, const window_options& options = {}) -> X {
  return structured<fold_op>({extent, {kernel, options}}, x);
}

namespace detail {
using window_operations = operation_list<unfold_op, fold_op>;
}  // namespace detail

}  // namespace seegrad
