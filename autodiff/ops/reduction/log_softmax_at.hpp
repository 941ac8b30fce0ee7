#pragma once
// The logarithms of softmax at the places that an index names, as a loss by labels wants them: one for each row, of classes that may be many more than
// anything else in a model has numbers. All the others are never written: rows are made some at a time, in memory that stays in the cache, and made
// again for the derivative.

#include <autodiff/ops/reduction/softmax.hpp>
#include <autodiff/ops/shape/indexing.hpp>

namespace seegrad {

namespace detail {
/// Throws unless the index is of whole numbers and has the extents of x in all axes but this.
auto check_log_softmax_at(const array& x, const array& index, index_t axis) -> void;
auto log_softmax_at_into(const array& x, const array& index, index_t axis, array& y) -> void;
auto log_softmax_at_vjp(const array& x, const array& index, index_t axis, const array& g) -> array;
}  // namespace detail

struct log_softmax_at_op : structural<2, index_t> {
  static constexpr std::string_view name = "log_softmax_at", help = "gather(log_softmax(a), b) along an axis, and nothing beside";
  static auto value(const index_t& axis, std::span<const array> x) -> array {
    const auto like = result(axis, x);
    auto y = array::uninitialized(like.type(), like.shape());
    return value_into(axis, x, y), y;
  }
  static auto value_into(const index_t& axis, std::span<const array> x, array& y) -> void {
    detail::log_softmax_at_into(x[0], x[1], axis, y);
  }
  static auto result(const index_t& axis, std::span<const array> x) -> array {
    detail::check_log_softmax_at(x[0], x[1], axis);
    return stand_in(x[1].shape(), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const index_t& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
    if (i == 1) return no_slope(x[1]);
    if constexpr (std::same_as<T, array>) return detail::log_softmax_at_vjp(x[0], x[1], axis, g);
    else
      return log_softmax_op::vjp<T>(axis, 0, {}, log_softmax(x[0], axis),
                                    gather_op::vjp<T>(detail::axis_of(axis, x[0].rank(), name), 0, x, g, g));
  }
  static auto follows(const index_t& axis, int i, std::span<const array> x) -> dims {
    const int rank = x[0].rank();
    return i == 0 ? all_axes_but(detail::axis_of(axis, rank, name), rank) : dims::filled(rank, -1);
  }
  static auto text(const index_t& axis) -> std::string { return "axis " + std::to_string(axis); }
  static auto samples() -> samples_t {
    return {{1, {{2, 3}, {2, 1}}, with_index<1, 2, 0>},
            {0, {{3, 2}, {2, 2}}, with_index<1, 0, 1, 2, 1>},
            {1, {{2, 3, 2}, {2, 1, 2}}, with_index<1, 1, 0, 2>},
            {-1, {{2, 40}, {2, 3}}, with_index<1, 39, 0, 39, 7>},
            {-1, {{0, 3}, {0, 1}}, with_index<1, 0>},
            {-1, {{2, 3}, {2, 0}}, with_index<1, 0>}};
  }
  static auto wrong() -> samples_t {
    return {{2, {{2, 3}, {2, 1}}, with_index<1, 0>},
            {1, {{2, 3}, {2, 1}}, with_index<1, 3>},
            {1, {{2, 3}, {1, 1}}, with_index<1, 0>},
            {1, {{2, 3}, {2}}, with_index<1, 0>},
            {1, {{2, 3}, {2, 1}}}};
  }
};
/// `index` has the shape of x but along the axis, where it may have any extent; indices may count from the end by negative numbers. The result has its
/// shape.
template <array_like X, array_like I>
auto log_softmax_at(const X& x, const I& index, index_t axis = -1) {
  return structured<log_softmax_at_op>(axis, x, index);
}

namespace detail {
using log_softmax_at_operations = operation_list<log_softmax_at_op>;
}  // namespace detail

}  // namespace seegrad
