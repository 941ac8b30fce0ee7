#pragma once
// Elements chosen by whole-number arrays. Negative indices count from the end; one out of range is an error that names it.
//
//   take(table, array{2, 0, 2}, 0);          // rows 2, 0 and 2: an embedding
//   gather(logits, 1, unsqueeze(labels, 1)); // from each row the element its label names

#include <autodiff/ops/slicing.hpp>

namespace seegrad {

/// `index` with negative ones wrapped, as int64. Throws for one that is not in 0 .. extent - 1, or for fractions.
auto checked_indices(const array& index, index_t extent, std::string_view who) -> array;

auto taken(const array& x, const array& index, int axis) -> array;
auto taken_back(const array& g, const array& index, int axis, index_t extent) -> array;
auto gathered(const array& x, int axis, const array& index) -> array;
enum class scatter_mode { replace, add };
auto scattered(const array& x, int axis, const array& index, const array& source, scatter_mode mode) -> array;

struct take_parameters {
  array index;
  int axis = 0;
  index_t extent = 0;
};
struct take_op : structural<1, take_parameters> {
  static constexpr std::string_view name = "take", help = "slices of one axis, chosen by index";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return taken(x[0], checked_indices(p.index, x[0].extent(p.axis), name), axis_of(p.axis, x[0].rank(), name));
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return "axis " + std::to_string(p.axis); }
  static auto samples() -> samples_t {
    return {{{{2, 0, 2}, 0}, {{3, 2}}}, {{{{0, -1}, {1, 1}}, 1}, {{2, 3}}}, {{array({}, int64), 0}, {{3, 2}}}};
  }
  static auto wrong() -> samples_t { return {{{{3}, 0}, {{3, 2}}}, {{{0}, 2}, {{3, 2}}}, {{{-4}, 0}, {{3}}}}; }
};
/// Undoes take: slices that were taken more than once are added up.
struct put_op : structural<1, take_parameters> {
  static constexpr std::string_view name = "put", help = "zeros with slices added where an index says";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return taken_back(x[0], p.index, p.axis, p.extent);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<take_op>(p, g);
  }
  static auto samples() -> samples_t { return {{{{2, 0, 2}, 0, 3}, {{3, 2}}}, {{{{0, 1}, {1, 1}}, 1, 3}, {{2, 2, 2}}}}; }
};
/// The shape of x with the axis replaced by the axes of `index`.
template <array_like X>
auto take(const X& x, const array& index, index_t axis = 0) -> X {
  return structured<take_op>({index, axis_of(axis, x.rank(), "take"), 0}, x);
}
template <class T>
auto take_op::pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const auto extent = x[0].extent(p.axis);
  return structured<put_op>({checked_indices(p.index, extent, name), p.axis, extent}, g);
}
/// take with an index of one axis.
template <array_like X>
auto index_select(const X& x, index_t axis, const array& index) -> X {
  if (index.rank() != 1)
    throw error("index_select: the index has the shape " + to_string(index.shape()) +
                ", and one axis is wanted; take() allows more");
  return take(x, index, axis);
}

struct gather_parameters {
  int axis = 0;
  array index;
};
struct gather_op : structural<1, gather_parameters> {
  static constexpr std::string_view name = "gather", help = "y[i, j] = x[i, index[i, j]], for any axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array { return gathered(x[0], p.axis, p.index); }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return "axis " + std::to_string(p.axis); }
  static auto samples() -> samples_t {
    return {{{1, {{0, 2, 2}, {1, 0, 1}}}, {{2, 3}}}, {{0, {{1, 0, 1}}}, {{2, 3}}}, {{0, {1, 1}}, {{3}}}};
  }
  static auto wrong() -> samples_t {
    return {{{1, {{3}, {0}}}, {{2, 3}}}, {{0, {0, 1}}, {{2, 3}}}, {{1, {{0}, {0}, {0}}}, {{2, 3}}}};
  }
};
struct scatter_add_op : structural<2, gather_parameters> {
  static constexpr std::string_view name = "scatter_add", help = "b[i, j] added to a[i, index[i, j]], for any axis";
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return scattered(x[0], p.axis, p.index, x[1], scatter_mode::add);
  }
  template <class T>
  static auto pull(const parameters& p, int i, std::span<const T>, const T&, const T& g) -> T {
    return i == 0 ? g : structured<gather_op>(p, g);
  }
  static auto text(const parameters& p) -> std::string { return "axis " + std::to_string(p.axis); }
  static auto samples() -> samples_t {
    return {{{1, {{0, 2, 2}, {1, 0, 1}}}, {{2, 3}, {2, 3}}}, {{0, {{1, 0, 1}}}, {{2, 3}, {1, 3}}}};
  }
  static auto wrong() -> samples_t { return {{{1, {{3}, {0}}}, {{2, 3}, {2, 1}}}, {{1, {{0}, {0}}}, {{2, 3}, {2, 2}}}}; }
};
/// Where an index comes twice the last one stays, and it alone gets the slope.
struct scatter_op : structural<2, gather_parameters> {
  static constexpr std::string_view name = "scatter",
                                    help = "b[i, j] in place of a[i, index[i, j]], for any axis; of several the last stays";
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return scattered(x[0], p.axis, p.index, x[1], scatter_mode::replace);
  }
  template <class T>
  static auto pull(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return "axis " + std::to_string(p.axis); }
  static auto samples() -> samples_t {
    return {{{1, {{0, 2}, {1, 0}}}, {{2, 3}, {2, 2}}}, {{1, {{0, 0}, {1, 2}}}, {{2, 3}, {2, 2}}}};
  }
  static auto wrong() -> samples_t { return {{{1, {{3}, {0}}}, {{2, 3}, {2, 1}}}}; }
};
/// True for the elements of a source that stay when they are scattered.
auto staying(const dims& shape, int axis, const array& index) -> array;

/// `index` has the rank of x, and an extent not above that of x in all axes but `axis`.
template <array_like X>
auto gather(const X& x, index_t axis, const array& index) -> X {
  return structured<gather_op>({axis_of(axis, x.rank(), "gather"), index}, x);
}
template <class A, class B>
  requires with_arrays<A, B>
auto scatter_add(const A& a, index_t axis, const array& index, const B& b) {
  return structured<scatter_add_op>({axis_of(axis, a.rank(), "scatter_add"), index}, a, b);
}
template <class A, class B>
  requires with_arrays<A, B>
auto scatter(const A& a, index_t axis, const array& index, const B& b) {
  return structured<scatter_op>({axis_of(axis, a.rank(), "scatter"), index}, a, b);
}
template <class T>
auto gather_op::pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const array zero = array(0.0).cast(g.type());
  return scatter_add(T(views::expand(zero, x[0].shape())), p.axis, p.index, g);
}
template <class T>
auto scatter_op::pull(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
  const auto shape = x[1].shape();
  const auto zero = views::expand(array(0.0).cast(g.type()), shape);
  if (i == 0) return structured<scatter_op>(p, g, T(zero));
  return structured<gather_op>(p, g) * T(staying(x[0].shape(), p.axis, p.index).cast(g.type()));
}

/// x with `value` where the mask is true; the mask is repeated to the shape of x.
template <class X, class V>
  requires with_arrays<X, V>
auto masked_fill(const X& x, const array& mask, const V& value) {
  return where(mask, value, x);
}
/// A new last axis of `classes` elements, 1 at the index and 0 elsewhere.
auto one_hot(const array& index, index_t classes, dtype type = float64) -> array;

using indexing_operations = operation_list<take_op, put_op, gather_op, scatter_add_op, scatter_op>;

}  // namespace seegrad
