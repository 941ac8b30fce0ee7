#pragma once
// Elements chosen by whole-number arrays. Negative indices count from the end; one out of range is an error that names it.
//
//   take(table, array{2, 0, 2}, 0);          // rows 2, 0 and 2: an embedding
//   gather(logits, unsqueeze(labels, 1), 1); // from each row the element its label names

#include <autodiff/array/create.hpp>
#include <autodiff/ops/shape/slicing.hpp>
#include <autodiff/trace/choice.hpp>

namespace seegrad {

namespace detail {
/// `index` with negative ones wrapped, as int64. Throws for one that is not in 0 .. extent - 1, or for fractions.
auto checked_indices(const array& index, index_t extent, std::string_view who) -> array;

/// Throws for floating-point numbers.
auto check_index_type(const array& index, std::string_view who) -> void;
/// Shapes of results. They throw unless the shapes fit.
auto take_shape(const dims& x, const dims& index, index_t axis) -> dims;
auto put_shape(const dims& g, const dims& index, index_t axis, index_t extent) -> dims;
/// Throws unless gather and scatter allow the shapes: the rank of x, and nothing longer than x but the axis.
auto require_fit(const dims& x, int axis, const dims& index, std::string_view who) -> void;
auto taken(const array& x, const array& index, int axis) -> array;
auto taken_back(const array& g, const array& index, int axis, index_t extent) -> array;
auto gathered(const array& x, int axis, const array& index) -> array;
/// Throws unless the index has whole numbers and the shape of the source, and fits.
auto check_scatter(int axis, const array& x, const array& source, const array& index, std::string_view who) -> void;
}  // namespace detail

/// Whether what is put where something is takes its place, or is added to it.
enum class scatter_mode { replace, add };

namespace detail {
auto scattered(const array& x, int axis, const array& index, const array& source, scatter_mode mode) -> array;
}  // namespace detail

// The index is the last operand: it may itself be recorded, as that of argsort is. It gets no slope.

struct take_op : structural<2, int> {
  static constexpr std::string_view name = "take", help = "slices of axis of a, chosen by an index b";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const int& axis, std::span<const array> x) -> array {
    return detail::taken(x[0], detail::checked_indices(x[1], x[0].extent(axis), name), detail::axis_of(axis, x[0].rank(), name));
  }
  static auto result(const int& p, std::span<const array> x) -> array {
    detail::check_index_type(x[1], name);
    return stand_in(detail::take_shape(x[0].shape(), x[1].shape(), p), x[0].type());
  }
  template <class T>
  static auto vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const int& axis) -> std::string { return "axis " + std::to_string(axis); }
  static auto samples() -> samples_t {
    return {{0, {{3, 2}, {3}}, with_index<1, 2, 0, 2>},
            {1, {{2, 3}, {2, 2}}, with_index<1, 0, -1, 1, 1>},
            {0, {{3, 2}, {0}}, with_index<1, 0>}};
  }
  static auto wrong() -> samples_t {
    return {{0, {{3, 2}, {1}}, with_index<1, 3>},
            {2, {{3, 2}, {1}}, with_index<1, 0>},
            {0, {{3}, {1}}, with_index<1, -4>},
            {0, {{3}, {1}}}};
  }
};

namespace detail {
struct put_parameters {
  int axis = 0;
  index_t extent = 0;
  friend auto operator==(const put_parameters&, const put_parameters&) -> bool = default;
};
}  // namespace detail

/// Undoes take: slices that were taken more than once are added up.
struct put_op : structural<2, detail::put_parameters> {
  static constexpr std::string_view name = "put", help = "zeros with slices a added where an index b says";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::sums;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::taken_back(x[0], x[1], p.axis, p.extent);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    detail::check_index_type(x[1], name);
    return stand_in(detail::put_shape(x[0].shape(), x[1].shape(), p.axis, p.extent), x[0].type());
  }
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
    return i == 1 ? no_slope(x[1]) : structured<take_op>(p.axis, g, x[1]);
  }
  static auto text(const parameters& p) -> std::string { return take_op::text(p.axis); }
  static auto samples() -> samples_t {
    return {{{0, 3}, {{3, 2}, {3}}, with_index<1, 2, 0, 2>}, {{1, 3}, {{2, 2, 2}, {2, 2}}, with_index<1, 0, 1, 1, 1>}};
  }
  static auto wrong() -> samples_t {
    return {{{0, 2}, {{3, 2}, {3}}, with_index<1, 2, 0, 2>}, {{0, 3}, {{2, 2}, {3}}, with_index<1, 2, 0, 2>}};
  }
};
/// The shape of x with the axis replaced by the axes of `index`.
template <array_like X, array_like I>
auto take(const X& x, const I& index, index_t axis = 0) {
  return structured<take_op>(detail::axis_of(axis, x.rank(), "take"), x, index);
}
template <class T>
auto take_op::vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
  return i == 1 ? no_slope(x[1]) : structured<put_op>({axis, x[0].extent(axis)}, g, x[1]);
}
/// take with an index of one axis.
template <array_like X, array_like I>
auto index_select(const X& x, index_t axis, const I& index) {
  if (index.rank() != 1)
    throw error("index_select: the index has the shape " + to_string(index.shape()) +
                ", and one axis is wanted; take() allows more");
  return take(x, index, axis);
}

struct gather_op : structural<2, int> {
  static constexpr std::string_view name = "gather", help = "y[i, j] = a[i, b[i, j]], for any axis";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const int& axis, std::span<const array> x) -> array { return detail::gathered(x[0], axis, x[1]); }
  static auto result(const int& p, std::span<const array> x) -> array {
    detail::check_index_type(x[1], name);
    return detail::require_fit(x[0].shape(), p, x[1].shape(), name), stand_in(x[1].shape(), x[0].type());
  }
  template <class T>
  static auto vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const int& axis) -> std::string { return take_op::text(axis); }
  static auto samples() -> samples_t {
    return {{1, {{2, 3}, {2, 3}}, with_index<1, 0, 2, 2, 1, 0, 1>},
            {0, {{2, 3}, {1, 3}}, with_index<1, 1, 0, 1>},
            {0, {{3}, {2}}, with_index<1, 1>}};
  }
  static auto wrong() -> samples_t {
    return {{1, {{2, 3}, {2, 1}}, with_index<1, 3, 0>},
            {0, {{2, 3}, {2}}, with_index<1, 0, 1>},
            {1, {{2, 3}, {3, 1}}, with_index<1, 0>},
            {1, {{2, 3}, {2, 1}}}};
  }
};
struct scatter_add_op : structural<3, int> {
  static constexpr std::string_view name = "scatter_add", help = "b[i, j] added to a[i, c[i, j]], for any axis";
  static constexpr auto sparsity = sparsity_kind::sums;
  static auto value(const int& axis, std::span<const array> x) -> array {
    return detail::scattered(x[0], axis, x[2], x[1], scatter_mode::add);
  }
  static auto result(const int& p, std::span<const array> x) -> array {
    return detail::check_scatter(p, x[0], x[1], x[2], name), x[0];
  }
  template <class T>
  static auto vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
    return i == 0 ? g : i == 1 ? structured<gather_op>(axis, g, x[2]) : no_slope(x[2]);
  }
  static auto text(const int& axis) -> std::string { return take_op::text(axis); }
  static auto samples() -> samples_t {
    return {{1, {{2, 3}, {2, 3}, {2, 3}}, with_index<2, 0, 2, 2, 1, 0, 1>},
            {0, {{2, 3}, {1, 3}, {1, 3}}, with_index<2, 1, 0, 1>}};
  }
  static auto wrong() -> samples_t {
    return {{1, {{2, 3}, {2, 1}, {2, 1}}, with_index<2, 3, 0>}, {1, {{2, 3}, {2, 2}, {2, 1}}, with_index<2, 0>}};
  }
};
/// Where an index comes twice the last one stays, and it alone gets the slope.
struct scatter_op : structural<3, int> {
  static constexpr std::string_view name = "scatter",
                                    help = "b[i, j] in place of a[i, c[i, j]], for any axis; of several the last stays";
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const int& axis, std::span<const array> x) -> array {
    return detail::scattered(x[0], axis, x[2], x[1], scatter_mode::replace);
  }
  static auto result(const int& p, std::span<const array> x) -> array {
    return detail::check_scatter(p, x[0], x[1], x[2], name), x[0];
  }
  template <class T>
  static auto vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const int& axis) -> std::string { return take_op::text(axis); }
  static auto samples() -> samples_t {
    return {{1, {{2, 3}, {2, 2}, {2, 2}}, with_index<2, 0, 2, 1, 0>}, {1, {{2, 3}, {2, 2}, {2, 2}}, with_index<2, 0, 0, 1, 2>}};
  }
  static auto wrong() -> samples_t { return {{1, {{2, 3}, {2, 1}, {2, 1}}, with_index<2, 3, 0>}}; }
};

/// `index` has the rank of x, and an extent not above that of x in all axes but `axis`.
template <array_like X, array_like I>
auto gather(const X& x, const I& index, index_t axis = 0) {
  return structured<gather_op>(detail::axis_of(axis, x.rank(), "gather"), x, index);
}
template <array_like A, array_like I, class B>
auto scatter_add(const A& a, const I& index, const B& b, index_t axis = 0) {
  return structured<scatter_add_op>(detail::axis_of(axis, a.rank(), "scatter_add"), a, b, index);
}
template <array_like A, array_like I, class B>
auto scatter(const A& a, const I& index, const B& b, index_t axis = 0) {
  return structured<scatter_op>(detail::axis_of(axis, a.rank(), "scatter"), a, b, index);
}
template <class T>
auto gather_op::vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
  if (i == 1) return no_slope(x[1]);
  const array zero = array(0.0).cast(g.type());
  return scatter_add(T(zero.expand(x[0].shape())), x[1], g, axis);
}

namespace detail {
/// True for the elements of a source that stay when they are scattered: those that find their own number where they went.
template <class T>
auto staying(const dims& shape, int axis, const T& index) -> T {
  const T number = arange(static_cast<double>(index.size())).reshape(index.shape());
  return structured<gather_op>(axis, structured<scatter_op>(axis, T(zeros(shape)), number, index), index) == number;
}
}  // namespace detail

template <class T>
auto scatter_op::vjp(const int& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
  if (i == 2) return no_slope(x[2]);
  if (i == 0) return structured<scatter_op>(axis, g, T(array(0.0).cast(g.type()).expand(x[1].shape())), x[2]);
  return where(detail::staying(x[0].shape(), axis, x[2]), structured<gather_op>(axis, g, x[2]), 0.0);
}

/// x with `value` where the mask is true; the mask is repeated to the shape of x.
template <array_like X, array_like M, class V>
auto masked_fill(const X& x, const M& mask, const V& value) {
  return where(mask, value, x);
}
/// A new last axis of `classes` elements, 1 at the index and 0 elsewhere.
auto one_hot(const array& index, index_t classes, dtype type = float64) -> array;

namespace detail {
using indexing_operations = operation_list<take_op, put_op, gather_op, scatter_add_op, scatter_op>;
}  // namespace detail

}  // namespace seegrad
