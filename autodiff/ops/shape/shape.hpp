#pragma once
// The same elements in another shape. All of these are linear; most cost nothing, since the result is a view.

#include <autodiff/array/reduce.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad {

namespace detail {
auto inverse_order(const dims& order) -> dims;
}  // namespace detail

struct reshape_op : structural<1, dims> {
  static constexpr std::string_view name = "reshape", help = "the same elements, row by row, in another shape";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const dims& shape, std::span<const array> x) -> array { return x[0].reshape(shape); }
  static auto result(const dims& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const dims&, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const dims& shape) -> std::string { return to_string(shape); }
  static auto samples() -> samples_t { return {{{3, 2}, {{2, 3}}}, {{-1}, {{2, 1, 3}}}, {{1, 6, 1}, {{6}}}, {{0, 5}, {{5, 0}}}}; }
  static auto wrong() -> samples_t { return {{{4, 2}, {{2, 3}}}, {{-1, -1}, {{2, 3}}}, {{-1, 4}, {{2, 3}}}}; }
};
/// One extent may be -1: what is left.
template <array_like X>
auto reshape(const X& x, const dims& shape) -> X {
  return structured<reshape_op>(shape, x);
}
template <class T>
auto reshape_op::vjp(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
  return reshape(g, x[0].shape());
}

/// One axis, row by row.
template <array_like X>
auto flatten(const X& x) -> X {
  return reshape(x, {-1});
}
/// Axes `first` .. `last` become one.
template <array_like X>
auto flatten(const X& x, index_t first, index_t last = -1) -> X {
  const int a = detail::axis_of(first, x.rank(), "flatten"), b = detail::axis_of(last, x.rank(), "flatten");
  if (a > b) throw error("flatten: the first axis comes after the last");
  auto shape = x.shape().first(a);
  shape.push(elements(x.shape().first(b + 1).from(a)));
  return reshape(x, shape + x.shape().from(b + 1));
}
/// Without its axes of 1.
template <array_like X>
auto squeeze(const X& x) -> X {
  dims shape;
  for (auto n : x.shape())
    if (n != 1) shape.push(n);
  return reshape(x, shape);
}
/// Without that axis, which must be 1.
template <array_like X>
auto squeeze(const X& x, index_t axis) -> X {
  const int a = detail::axis_of(axis, x.rank(), "squeeze");
  if (x.shape()[a] != 1) throw error("squeeze: " + to_string(x.shape()) + ": axis " + std::to_string(a) + " is not 1");
  auto shape = x.shape();
  shape.erase(a);
  return reshape(x, shape);
}
/// With a new axis of 1, which will be axis `axis`.
template <array_like X>
auto unsqueeze(const X& x, index_t axis) -> X {
  auto shape = x.shape();
  shape.insert(detail::axis_of(axis, x.rank() + 1, "unsqueeze"), 1);
  return reshape(x, shape);
}

struct permute_op : structural<1, dims> {
  static constexpr std::string_view name = "permute", symbol = "ᵀ", help = "the axes in another order";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const dims& order, std::span<const array> x) -> array { return x[0].permute(order); }
  static auto result(const dims& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const dims& order, int, std::span<const T> x, const T&, const T& g) -> T {
    auto from_front = order;
    for (auto& a : from_front) a = detail::axis_of(a, x[0].rank(), "permute");
    return structured<permute_op>(detail::inverse_order(from_front), g);
  }
  static auto text(const dims& order) -> std::string { return detail::to_list(order); }
  static auto samples() -> samples_t {
    return {{{1, 0}, {{2, 3}}}, {{1, 2, 0}, {{2, 3, 4}}}, {{-1, 0, 1}, {{2, 3, 2}}}, {{0}, {{3}}}};
  }
  static auto wrong() -> samples_t { return {{{0, 0}, {{2, 3}}}, {{0}, {{2, 3}}}, {{0, 2}, {{2, 3}}}}; }
};
/// Axis k of the result is axis order[k] of x.
template <array_like X>
auto permute(const X& x, const dims& order) -> X {
  return structured<permute_op>(order, x);
}
/// Two axes exchanged, as a view. Throws if there is no such axis.
template <array_like X>
auto swap_axes(const X& x, index_t axis1, index_t axis2) -> X {
  dims order;
  for (int i = 0; i < x.rank(); ++i) order.push(i);
  std::swap(order[detail::axis_of(axis1, x.rank(), "swap_axes")], order[detail::axis_of(axis2, x.rank(), "swap_axes")]);
  return permute(x, order);
}
/// The last two axes exchanged; the array itself if it has fewer.
template <array_like X>
auto transpose(const X& x) -> X {
  return x.rank() < 2 ? x : swap_axes(x, -1, -2);
}

namespace detail {
/// Throws unless an array of `part` can be repeated to `whole`.
auto check_sum_to(const dims& part, const dims& whole) -> void;
}  // namespace detail

struct sum_to_op : structural<1, dims> {
  static constexpr std::string_view name = "sum_to",
                                    help = "summed over the axes along which an array of that shape would be repeated";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::sums;
  static auto value(const dims& shape, std::span<const array> x) -> array;
  static auto result(const dims& p, std::span<const array> x) -> array {
    return detail::check_sum_to(p, x[0].shape()), stand_in(p, x[0].type());
  }
  template <class T>
  static auto vjp(const dims&, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const dims& shape) -> std::string { return to_string(shape); }
  static auto samples() -> samples_t { return {{{3}, {{2, 3}}}, {{2, 1}, {{2, 3}}}, {{}, {{2, 3}}}, {{1, 3}, {{4, 2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{4}, {{2, 3}}}, {{2, 2, 3}, {{2, 3}}}}; }
};

namespace detail {
template <array_like X>
auto summed_to(const X& x, const dims& shape) -> X {
  return x.shape() == shape ? x : structured<sum_to_op>(shape, x);
}
}  // namespace detail

struct expand_op : structural<1, dims> {
  static constexpr std::string_view name = "expand", help = "axes of 1, and new axes in front, repeated without copying";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const dims& shape, std::span<const array> x) -> array { return x[0].expand(shape); }
  static auto result(const dims& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
    return detail::summed_to(g, x[0].shape());
  }
  static auto text(const dims& shape) -> std::string { return to_string(shape); }
  static auto samples() -> samples_t { return {{{2, 3}, {{3}}}, {{2, 3}, {{2, 1}}}, {{4, -1, 3}, {{2, 1}}}, {{2}, {{}}}}; }
  static auto wrong() -> samples_t { return {{{2, 4}, {{3}}}, {{3}, {{2, 3}}}}; }
};
template <array_like X>
auto expand(const X& x, const dims& shape) -> X {
  return structured<expand_op>(shape, x);
}
/// numpy's name for it.
template <array_like X>
auto broadcast_to(const X& x, const dims& shape) -> X {
  return expand(x, shape);
}
template <class T>
auto sum_to_op::vjp(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
  return expand(g, x[0].shape());
}

struct cast_op : structural<1, dtype> {
  static constexpr std::string_view name = "cast", help = "the same numbers in another floating-point type";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::elements;
  static auto value(const dtype& t, std::span<const array> x) -> array { return x[0].cast(t); }
  static auto result(const dtype& p, std::span<const array> x) -> array { return stand_in(x[0].shape(), p); }
  template <class T>
  static auto vjp(const dtype&, int, std::span<const T> x, const T&, const T& g) -> T {
    return structured<cast_op>(x[0].type(), g);
  }
  static auto text(const dtype& t) -> std::string { return std::string(name_of(t)); }
  static auto samples() -> samples_t { return {{float64, {{2, 3}}}}; }
};
template <array_like X>
auto cast(const X& x, dtype t) -> X {
  return x.type() == t ? x : structured<cast_op>(t, x);
}

struct item_op : structural<1> {
  static constexpr std::string_view name = "item", help = "the only element, as a scalar";
  static constexpr auto sparsity = sparsity_kind::moves;
  static constexpr bool linear = true, scalar_result = true;
  static auto value(const parameters&, std::span<const array> x) -> array { return x[0].item(); }
  static auto result(const parameters&, std::span<const array> x) -> array { return stand_in(x[0].reshape({}).shape(), float64); }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return reshape(g, x[0].shape());
  }
  static auto samples() -> samples_t { return {{{}, {{}}}, {{}, {{1, 1}}}}; }
  static auto wrong() -> samples_t { return {{{}, {{2}}}, {{}, {{0}}}}; }
};
/// Throws unless x has exactly one element.
auto item(const tensor& x) -> scalar;

namespace detail {
using shape_operations = operation_list<reshape_op, permute_op, sum_to_op, expand_op, cast_op, item_op>;
}  // namespace detail

}  // namespace seegrad
