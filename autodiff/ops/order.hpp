#pragma once
// What depends on the order of elements along an axis: running sums, sorting, the place of the extremes.

#include <autodiff/ops/arrangement.hpp>
#include <autodiff/ops/indexing.hpp>
#include <autodiff/ops/reduction.hpp>

namespace seegrad {

auto running_sum(const array& x, int axis, bool from_the_end) -> array;
auto running_product(const array& x, int axis) -> array;

struct cumsum_parameters {
  index_t axis = 0;
  bool from_the_end = false;
};
struct cumsum_op : structural<1, cumsum_parameters> {
  static constexpr std::string_view name = "cumsum", help = "running sum along an axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return running_sum(x[0], axis_of(p.axis, x[0].rank(), name), p.from_the_end);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<cumsum_op>({p.axis, !p.from_the_end}, g);
  }
  static auto text(const parameters& p) -> std::string {
    return "axis " + std::to_string(p.axis) + (p.from_the_end ? ", from the end" : "");
  }
  static auto samples() -> samples_t { return {{{0}, {{4}}}, {{1}, {{2, 3}}}, {{0, true}, {{3, 2}}}, {{-1}, {{2, 0}}}}; }
  static auto wrong() -> samples_t { return {{{1}, {{4}}}, {{0}, {{}}}}; }
};
template <array_like X>
auto cumsum(const X& x, index_t axis) -> X {
  return structured<cumsum_op>({axis, false}, x);
}

struct cumprod_op : structural<1, index_t> {
  static constexpr std::string_view name = "cumprod", help = "running product along an axis";
  static auto value(const index_t& axis, std::span<const array> x) -> array {
    return running_product(x[0], axis_of(axis, x[0].rank(), name));
  }
  template <class T>
  static auto pull(const index_t& axis, int, std::span<const T> x, const T& y, const T& g) -> T;
  static auto text(const index_t& axis) -> std::string { return "axis " + std::to_string(axis); }
  static auto samples() -> samples_t { return {{0, {{4}}}, {1, {{2, 3}}}, {0, {{3, 2}}}}; }
  static auto wrong() -> samples_t { return {{1, {{4}}}}; }
};
template <array_like X>
auto cumprod(const X& x, index_t axis) -> X {
  return structured<cumprod_op>(axis, x);
}
template <class T>
auto cumprod_op::pull(const index_t& axis, int, std::span<const T> x, const T& y, const T& g) -> T {
  if (all(value_of(x[0]) != 0.0)) return structured<cumsum_op>({axis, true}, g * y) / x[0];
  // With zeros nothing can be divided out: row i of n x n has 1 in place of element i, and counts from there on.
  const auto moved = swap_axes(x[0], axis, -1), up = swap_axes(g, axis, -1);
  const auto n = moved.shape().back();
  auto square_shape = moved.shape();
  square_shape.push(n);
  const auto rows = select(eye(n, boolean), 1.0, expand(unsqueeze(moved, -2), square_shape));
  const auto weights = triu(expand(unsqueeze(up, -2), square_shape));
  return swap_axes(sum(cumprod(rows, -1) * weights, -1), axis, -1);
}

/// The indices that sort along an axis. Equals stay in their order; NaN counts as the largest.
auto argsort(const array& x, index_t axis = -1, bool descending = false) -> array;
/// The place of the largest; of equals the first, and NaN wins. Over all elements, row by row, without an axis.
auto argmax(const array& x) -> index_t;
auto argmax(const array& x, index_t axis, keep kept = keep::none) -> array;
auto argmin(const array& x) -> index_t;
auto argmin(const array& x, index_t axis, keep kept = keep::none) -> array;
/// Truth along an axis.
auto all(const array& x, const axes& over, keep kept = keep::none) -> array;
auto any(const array& x, const axes& over, keep kept = keep::none) -> array;

template <array_like X>
struct sorted_result {
  X values;
  array indices;
};
/// The slope goes to the elements where they came from.
template <array_like X>
auto sort(const X& x, index_t axis = -1, bool descending = false) -> sorted_result<X> {
  auto order = argsort(value_of(x), axis, descending);
  auto values = gather(x, axis, order);
  return {std::move(values), std::move(order)};
}
/// The k largest (or smallest), in order; of equals the first.
template <array_like X>
auto topk(const X& x, index_t k, index_t axis = -1, bool largest = true) -> sorted_result<X> {
  const auto extent = x.extent(axis);
  if (k < 0 || k > extent) throw error("topk: " + std::to_string(k) + " of an axis of " + std::to_string(extent));
  auto order = slice(argsort(value_of(x), axis, largest), axis, 0, k);
  auto values = gather(x, axis, order);
  return {std::move(values), std::move(order)};
}

using order_operations = operation_list<cumsum_op, cumprod_op>;

}  // namespace seegrad
