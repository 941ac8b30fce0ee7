#pragma once
// What depends on the order of elements along an axis: sorting, the place of the extremes.

#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/shape/indexing.hpp>

namespace seegrad {

namespace detail {
struct order_parameters {
  index_t axis = -1;
  bool descending = false;
  friend auto operator==(const order_parameters&, const order_parameters&) -> bool = default;
};
}  // namespace detail

/// What finds places rather than numbers: its result has no slope.
struct argsort_op : structural<1, detail::order_parameters> {
  static constexpr std::string_view name = "argsort",
                                    help = "the places that sort an axis; equals stay in order, NaN counts as the largest";
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::axis_of(p.axis, x[0].rank(), name), stand_in(x[0].shape(), int64);
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T&) -> T {
    return no_slope(x[0]);
  }
  static auto text(const parameters& p) -> std::string {
    return "axis " + std::to_string(p.axis) + (p.descending ? ", descending" : "");
  }
  static auto samples() -> samples_t { return {{{0}, {{4}}}, {{1, true}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{1}, {{4}}}}; }
};

namespace detail {
struct extreme_place_parameters {
  index_t axis = 0;
  keep kept = keep::none;
  bool least = false;
  friend auto operator==(const extreme_place_parameters&, const extreme_place_parameters&) -> bool = default;
};
}  // namespace detail

struct argmax_op : structural<1, detail::extreme_place_parameters> {
  static constexpr std::string_view name = "argmax",
                                    help = "the place of the largest (or smallest) along an axis; of equals the first, NaN wins";
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(shape_of(p, x[0].shape()), int64);
  }
  static auto who(const parameters& p) -> std::string_view { return p.least ? "argmin" : "argmax"; }
  static auto shape_of(const parameters& p, const dims& x) -> dims;
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T&) -> T {
    return no_slope(x[0]);
  }
  static auto text(const parameters& p) -> std::string { return (p.least ? "least, axis " : "axis ") + std::to_string(p.axis); }
  static auto samples() -> samples_t { return {{{0}, {{4}}}, {{1, keep_axes, true}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{1}, {{4}}}, {{0}, {{0, 2}}}}; }
};

/// The indices that sort along an axis. Equals stay in their order; NaN counts as the largest.
template <array_like X>
auto argsort(const X& x, index_t axis = -1, bool descending = false) -> X {
  return structured<argsort_op>({axis, descending}, x);
}
/// The place of the largest; of equals the first, and NaN wins.
template <array_like X>
auto argmax(const X& x, index_t axis, keep kept = keep::none) -> X {
  return structured<argmax_op>({axis, kept, false}, x);
}
template <array_like X>
auto argmin(const X& x, index_t axis, keep kept = keep::none) -> X {
  return structured<argmax_op>({axis, kept, true}, x);
}
/// Over all elements, row by row.
auto argmax(const array& x) -> index_t;
auto argmin(const array& x) -> index_t;

/// What sort and topk give.
template <array_like X>
struct sorted_result {
  X values, indices;  ///< the elements, and where they were: int64
};
/// The slope goes to the elements where they came from.
template <array_like X>
auto sort(const X& x, index_t axis = -1, bool descending = false) -> sorted_result<X> {
  auto order = argsort(x, axis, descending);
  auto values = gather(x, order, axis);
  return {std::move(values), std::move(order)};
}
/// The k largest (or smallest), in order; of equals the first.
template <array_like X>
auto topk(const X& x, index_t k, index_t axis = -1, bool largest = true) -> sorted_result<X> {
  const auto extent = x.extent(axis);
  if (k < 0 || k > extent) throw error("topk: " + std::to_string(k) + " of an axis of " + std::to_string(extent));
  auto order = slice(argsort(x, axis, largest), axis, 0, k);
  auto values = gather(x, order, axis);
  return {std::move(values), std::move(order)};
}

namespace detail {
using order_operations = operation_list<argsort_op, argmax_op>;
}  // namespace detail

}  // namespace seegrad
