#pragma once
// The largest number or the mean of each window.
//
//   max_pool2d(x, 2);                                   // [N, C, H, W] -> [N, C, H / 2, W / 2]: the stride is the kernel's unless given
//   max_pool2d(x, 3, {.stride = 2, .padding = 1});
//   avg_pool2d(x, 2, {.count_include_pad = false});
//   adaptive_avg_pool2d(x, 1);                          // the mean of each image and channel, [N, C, 1, 1]
//   max_pool1d(x, 2);                                   // [N, C, L]
//
// Names and arguments are PyTorch's. Where numbers of a window are equal the slope goes to the first of them, row by row, as there; a NaN
// wins over all numbers. Padding is never the largest number. Second derivatives follow the same choice.

#include <autodiff/ops/window/window.hpp>
#include <autodiff/trace/choice.hpp>

namespace seegrad {

namespace detail {
/// As pooling works on it.
inline auto in_floating_type(const array& x) -> array { return x.cast(floating(x.type())).contiguous(); }
}  // namespace detail

struct max_pool_options {
  sides stride = 0;                 ///< 0: that of the kernel
  sides padding = 0, dilation = 1;  ///< places around the picture that never are the largest; distances of a window's elements
  bool ceil_mode = false;           ///< whether a window may reach beyond the end
};
struct avg_pool_options {
  sides stride = 0, padding = 0;  ///< 0: that of the kernel; zeros around the picture
  bool ceil_mode = false;         ///< whether a window may reach beyond the end
  bool count_include_pad = true;  ///< whether zeros of the padding count as numbers
};

namespace detail {
struct max_pool_parameters {
  window_parameters windows;
  bool ceil_mode = false;
  friend auto operator==(const max_pool_parameters&, const max_pool_parameters&) -> bool = default;
};
struct avg_pool_parameters {
  window_parameters windows;
  bool ceil_mode = false, count_include_pad = true;
  bool adaptive = false;  ///< then `kernel` is the extent of the result
  friend auto operator==(const avg_pool_parameters&, const avg_pool_parameters&) -> bool = default;
};
struct spread_parameters {
  avg_pool_parameters rule;
  sides extent;
  friend auto operator==(const spread_parameters&, const spread_parameters&) -> bool = default;
};

/// Shapes of results; they throw for windows that do not fit.
auto max_pool_shape(const max_pool_parameters& p, const dims& x) -> dims;
auto average_pool_shape(const avg_pool_parameters& p, const dims& x) -> dims;
auto pooled_max(const max_pool_parameters& p, const array& x) -> array;
auto places_of_max(const max_pool_parameters& p, const array& x) -> array;
auto max_vjp(const max_pool_parameters& p, const array& x, const array& g) -> array;
auto taken_from_planes(const array& x, const array& places) -> array;
auto placed_in_planes(sides extent, const array& x, const array& places) -> array;
auto averaged(const avg_pool_parameters& p, const array& x) -> array;
auto spread_back(const spread_parameters& p, const array& x) -> array;
/// Of its result. Throws unless x has a number for each window.
auto spread_shape(const spread_parameters& p, const dims& x) -> dims;

/// Of each number of the result, its place in the plane [H, W] of the operand; -1 if it has none.
/// What happens in each plane of [N, C, H, W] happens there alone.
inline auto in_each_plane() -> dims { return {0, 1, -1, -1}; }
}  // namespace detail

struct max_places_op : structural<1, detail::max_pool_parameters> {
  static constexpr std::string_view name = "max_places",
                                    help = "the place of the largest number of each window in its plane of [N, C, H, W]";
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::places_of_max(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(detail::max_pool_shape(p, x[0].shape()), int64);
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T&) -> T {
    return no_slope(x[0]);
  }
  static auto text(const parameters& p) -> std::string { return detail::text_of(p.windows); }
  static auto samples() -> samples_t { return {{{{2, {2}}, false}, {{2, 2, 4, 6}}}}; }
  static auto wrong() -> samples_t { return {{{{2, {2}}, false}, {{2, 4, 6}}}}; }
};
struct take_places_op : structural<2> {
  static constexpr std::string_view name = "take_places", help = "numbers at given places b of each plane of [N, C, H, W]";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::taken_from_planes(x[0], x[1]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return stand_in(x[1].shape(), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto samples() -> samples_t { return {{{}, {{1, 1, 2, 3}, {1, 1, 2, 2}}, with_index<1, 0, 3, -1, 5>}}; }
  static auto wrong() -> samples_t {
    return {{{}, {{1, 1, 2, 3}, {1, 2, 2, 2}}, with_index<1, 0>}, {{}, {{1, 1, 2, 3}, {1, 1, 2, 2}}, with_index<1, 6>}};
  }
};
struct put_places_op : structural<2, sides> {
  static constexpr std::string_view name = "put_places",
                                    help = "zeros of [N, C, H, W] with numbers added at given places b of each plane";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::sums;
  static auto value(const sides& extent, std::span<const array> x) -> array {
    return detail::placed_in_planes(extent, x[0], x[1]);
  }
  static auto result(const sides& p, std::span<const array> x) -> array {
    return stand_in(x[0].shape().first(2) + dims{p.h, p.w}, floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const sides&, int i, std::span<const T> x, const T&, const T& g) -> T {
    return i == 1 ? no_slope(x[1]) : structured<take_places_op>({}, g, x[1]);
  }
  static auto samples() -> samples_t { return {{{2, 3}, {{1, 1, 2, 2}, {1, 1, 2, 2}}, with_index<1, 0, 3, -1, 3>}}; }
  static auto wrong() -> samples_t {
    return {{{2, 3}, {{1, 1, 2, 3}, {1, 1, 2, 2}}, with_index<1, 0>}, {{2, 3}, {{1, 1, 2, 2}, {1, 1, 2, 2}}, with_index<1, 6>}};
  }
};
template <class T>
auto take_places_op::vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T {
  return i == 1 ? no_slope(x[1]) : structured<put_places_op>({x[0].shape()[2], x[0].shape()[3]}, g, x[1]);
}

struct max_pool2d_op : structural<1, detail::max_pool_parameters> {
  static constexpr std::string_view name = "max_pool2d", help = "the largest number of each window of [N, C, H, W]";
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::pooled_max(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(detail::max_pool_shape(p, x[0].shape()), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
    if constexpr (std::same_as<T, array>) return detail::max_vjp(p, x[0], g);
    else return structured<put_places_op>({x[0].shape()[2], x[0].shape()[3]}, g, structured<max_places_op>(p, x[0]));
  }
  static auto follows(const parameters&, int, std::span<const array>) -> dims { return detail::in_each_plane(); }
  static auto text(const parameters& p) -> std::string { return detail::text_of(p.windows); }
  static auto samples() -> samples_t {
    return {{{{2, {2}}, false}, {{2, 2, 4, 6}}},
            {{{{3, 2}, {{1, 2}, {1, 1}, {1, 2}}}, true}, {{1, 2, 5, 4}}},
            {{{2, {2}}, false}, {{0, 1, 4, 4}}}};
  }
  static auto wrong() -> samples_t {
    return {{{{2, {2}}, false}, {{2, 4, 6}}}, {{{5, {2}}, false}, {{1, 1, 4, 4}}}, {{{2, {2, 2}}, false}, {{1, 1, 4, 4}}}};
  }
};

struct avg_pool2d_op : structural<1, detail::avg_pool_parameters> {
  static constexpr std::string_view name = "avg_pool2d", help = "the mean of each window of [N, C, H, W]";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::averaged(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(detail::average_pool_shape(p, x[0].shape()), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto follows(const parameters&, int, std::span<const array>) -> dims { return detail::in_each_plane(); }
  static auto text(const parameters& p) -> std::string {
    return p.adaptive ? "to " + to_string(p.windows.kernel) : detail::text_of(p.windows);
  }
  static auto samples() -> samples_t {
    return {{{{2, {2}}}, {{2, 2, 4, 6}}},
            {{{{3, 2}, {{1, 2}, {1, 1}}}, true, false}, {{1, 2, 5, 4}}},
            {{{{2, 3}, {}}, false, true, true}, {{1, 2, 5, 4}}}};
  }
  static auto wrong() -> samples_t {
    return {{{{2, {2}}}, {{2, 4, 6}}}, {{{5, {2}}}, {{1, 1, 4, 4}}}, {{{0, {}}, false, true, true}, {{1, 1, 4, 4}}}};
  }
};
/// The transpose of avg_pool2d.
struct avg_spread2d_op : structural<1, detail::spread_parameters> {
  static constexpr std::string_view name = "avg_spread2d", help = "each number shared out evenly to its window";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::spread_back(p, x[0]); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(detail::spread_shape(p, x[0].shape()), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<avg_pool2d_op>(p.rule, g);
  }
  static auto follows(const parameters&, int, std::span<const array>) -> dims { return detail::in_each_plane(); }
  static auto text(const parameters& p) -> std::string { return avg_pool2d_op::text(p.rule); }
  static auto samples() -> samples_t {
    return {{{{{2, {2}}}, {4, 6}}, {{2, 2, 2, 3}}}, {{{{{2, 3}, {}}, false, true, true}, {5, 4}}, {{1, 2, 2, 3}}}};
  }
  static auto wrong() -> samples_t { return {{{{{2, {2}}}, {4, 6}}, {{2, 2, 2, 2}}}}; }
};
template <class T>
auto avg_pool2d_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  return structured<avg_spread2d_op>({p, {x[0].shape()[2], x[0].shape()[3]}}, g);
}

namespace detail {
/// Throws for a kernel or a padding that pooling does not take.
auto pooling_windows(sides kernel, sides stride, sides padding, sides dilation) -> window_parameters;
}  // namespace detail

/// x [N, C, H, W]. Throws if padding exceeds half of the kernel.
template <array_like X>
auto max_pool2d(const X& x, sides kernel, const max_pool_options& o = {}) -> X {
  return structured<max_pool2d_op>({detail::pooling_windows(kernel, o.stride, o.padding, o.dilation), o.ceil_mode}, x);
}
template <array_like X>
auto avg_pool2d(const X& x, sides kernel, const avg_pool_options& o = {}) -> X {
  return structured<avg_pool2d_op>(
      {detail::pooling_windows(kernel, o.stride, o.padding, 1), o.ceil_mode, o.count_include_pad, false}, x);
}
/// Window i of n covers positions floor(i * H / n) to ceil((i + 1) * H / n) - 1.
template <array_like X>
auto adaptive_avg_pool2d(const X& x, sides extent) -> X {
  return structured<avg_pool2d_op>({{extent, {}}, false, true, true}, x);
}

/// Options along one axis.
struct max_pool_options_1d {
  index_t stride = 0, padding = 0, dilation = 1;  ///< as those of max_pool_options
  bool ceil_mode = false;                         ///< whether a window may reach beyond the end
};
/// The same for means.
struct avg_pool_options_1d {
  index_t stride = 0, padding = 0;                   ///< as those of avg_pool_options
  bool ceil_mode = false, count_include_pad = true;  ///< as those of avg_pool_options
};
/// x [N, C, L].
template <array_like X>
auto max_pool1d(const X& x, index_t kernel, const max_pool_options_1d& o = {}) -> X {
  detail::check_images(x.shape(), 1, "max_pool1d");
  return squeeze(max_pool2d(unsqueeze(x, 2), {1, kernel}, {{1, o.stride}, {0, o.padding}, {1, o.dilation}, o.ceil_mode}), 2);
}
/// x [N, C, L].
template <array_like X>
auto avg_pool1d(const X& x, index_t kernel, const avg_pool_options_1d& o = {}) -> X {
  detail::check_images(x.shape(), 1, "avg_pool1d");
  return squeeze(avg_pool2d(unsqueeze(x, 2), {1, kernel}, {{1, o.stride}, {0, o.padding}, o.ceil_mode, o.count_include_pad}), 2);
}
/// x [N, C, L] gives [N, C, extent].
template <array_like X>
auto adaptive_avg_pool1d(const X& x, index_t extent) -> X {
  detail::check_images(x.shape(), 1, "adaptive_avg_pool1d");
  return squeeze(adaptive_avg_pool2d(unsqueeze(x, 2), {1, extent}), 2);
}

namespace detail {
using pooling_operations =
    operation_list<max_places_op, take_places_op, put_places_op, max_pool2d_op, avg_pool2d_op, avg_spread2d_op>;
}  // namespace detail

}  // namespace seegrad
