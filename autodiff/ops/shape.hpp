#pragma once
// The same elements in another shape or order. All of these are linear; most cost nothing, since the result is a view.

#include <autodiff/array/reduce.hpp>
#include <autodiff/array/view.hpp>
#include <autodiff/ops/structural.hpp>

namespace seegrad {

auto inverse_order(const dims& order) -> dims;
/// The shape with axis `from` moved in front of what is then at `to`.
auto moved_axis(int rank, index_t from, index_t to) -> dims;
auto flipped(const array& x, const dims& axes) -> array;
/// Zeros of `shape` with x placed at start, start + step, … of `axis`.
auto placed(const array& x, const dims& shape, int axis, index_t start, index_t step) -> array;
auto placed_diagonal(const array& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> array;
auto triangle(const array& x, index_t offset, bool lower) -> array;
auto check_padding(const dims& shape, const dims& before, const dims& after) -> void;
/// `value` where padding is, 0 inside.
auto border(const dims& shape, const dims& before, const dims& after, double value, dtype type) -> array;
auto rolled(const array& x, index_t shift, int axis) -> array;
auto concatenated(std::span<const array> x, index_t axis) -> array;

struct reshape_op : structural<1, dims> {
  static constexpr std::string_view name = "reshape", help = "the same elements, row by row, in another shape";
  static constexpr bool linear = true;
  static auto value(const dims& shape, std::span<const array> x) -> array { return views::reshape(x[0], shape); }
  template <class T>
  static auto pull(const dims&, int, std::span<const T> x, const T&, const T& g) -> T;
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
auto reshape_op::pull(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
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
  const int a = axis_of(first, x.rank(), "flatten"), b = axis_of(last, x.rank(), "flatten");
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
  const int a = axis_of(axis, x.rank(), "squeeze");
  if (x.shape()[a] != 1) throw error("squeeze: " + to_string(x.shape()) + ": axis " + std::to_string(a) + " is not 1");
  auto shape = x.shape();
  shape.erase(a);
  return reshape(x, shape);
}
/// With a new axis of 1, which will be axis `axis`.
template <array_like X>
auto unsqueeze(const X& x, index_t axis) -> X {
  auto shape = x.shape();
  shape.insert(axis_of(axis, x.rank() + 1, "unsqueeze"), 1);
  return reshape(x, shape);
}

struct permute_op : structural<1, dims> {
  static constexpr std::string_view name = "permute", symbol = "ᵀ", help = "the axes in another order";
  static constexpr bool linear = true;
  static auto value(const dims& order, std::span<const array> x) -> array { return views::permute(x[0], order); }
  template <class T>
  static auto pull(const dims& order, int, std::span<const T> x, const T&, const T& g) -> T {
    auto from_front = order;
    for (auto& a : from_front) a = axis_of(a, x[0].rank(), "permute");
    return structured<permute_op>(inverse_order(from_front), g);
  }
  static auto text(const dims& order) -> std::string { return to_list(order); }
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
template <array_like X>
auto swap_axes(const X& x, index_t axis1, index_t axis2) -> X {
  dims order;
  for (int i = 0; i < x.rank(); ++i) order.push(i);
  std::swap(order[axis_of(axis1, x.rank(), "swap_axes")], order[axis_of(axis2, x.rank(), "swap_axes")]);
  return permute(x, order);
}
/// The last two axes exchanged; the array itself if it has fewer.
template <array_like X>
auto transpose(const X& x) -> X {
  return x.rank() < 2 ? x : swap_axes(x, -1, -2);
}

struct sum_to_op : structural<1, dims> {
  static constexpr std::string_view name = "sum_to",
                                    help = "summed over the axes along which an array of that shape would be repeated";
  static constexpr bool linear = true;
  static auto value(const dims& shape, std::span<const array> x) -> array;
  template <class T>
  static auto pull(const dims&, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const dims& shape) -> std::string { return to_string(shape); }
  static auto samples() -> samples_t { return {{{3}, {{2, 3}}}, {{2, 1}, {{2, 3}}}, {{}, {{2, 3}}}, {{1, 3}, {{4, 2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{4}, {{2, 3}}}, {{2, 2, 3}, {{2, 3}}}}; }
};
template <array_like X>
auto summed_to(const X& x, const dims& shape) -> X {
  return x.shape() == shape ? x : structured<sum_to_op>(shape, x);
}

struct expand_op : structural<1, dims> {
  static constexpr std::string_view name = "expand", help = "axes of 1, and new axes in front, repeated without copying";
  static constexpr bool linear = true;
  static auto value(const dims& shape, std::span<const array> x) -> array { return views::expand(x[0], shape); }
  template <class T>
  static auto pull(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
    return summed_to(g, x[0].shape());
  }
  static auto text(const dims& shape) -> std::string { return to_string(shape); }
  static auto samples() -> samples_t { return {{{2, 3}, {{3}}}, {{2, 3}, {{2, 1}}}, {{4, -1, 3}, {{2, 1}}}, {{2}, {{}}}}; }
  static auto wrong() -> samples_t { return {{{2, 4}, {{3}}}, {{3}, {{2, 3}}}}; }
};
template <array_like X>
auto expand(const X& x, const dims& shape) -> X {
  return structured<expand_op>(shape, x);
}
template <class T>
auto sum_to_op::pull(const dims&, int, std::span<const T> x, const T&, const T& g) -> T {
  return expand(g, x[0].shape());
}

struct slice_parameters {
  index_t axis = 0, start = 0, stop = 0, step = 1;
};
struct place_parameters {
  dims shape;
  index_t axis = 0, start = 0, step = 1;
};

struct slice_op : structural<1, slice_parameters> {
  static constexpr std::string_view name = "slice", help = "elements start, start + step, … before stop of one axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return views::slice(x[0], p.axis, p.start, p.stop, p.step);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t {
    return {{{0, 1, 3, 1}, {{4, 2}}}, {{1, 0, 5, 2}, {{2, 5}}}, {{-1, -1, -9, -2}, {{2, 5}}}, {{0, 2, 2, 1}, {{3}}}};
  }
  static auto wrong() -> samples_t { return {{{2, 0, 1, 1}, {{2, 3}}}, {{0, 0, 1, 0}, {{2, 3}}}}; }
};

/// Undoes slice: zeros everywhere else.
struct place_op : structural<1, place_parameters> {
  static constexpr std::string_view name = "place",
                                    help = "zeros of a shape with the operand at start, start + step, … of one axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return placed(x[0], p.shape, static_cast<int>(p.axis), p.start, p.step);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return to_string(p.shape); }
  static auto samples() -> samples_t { return {{{{5, 2}, 0, 1, 2}, {{2, 2}}}, {{{2, 4}, 1, 3, -1}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{{2, 2}, 0, 1, 1}, {{2, 2}}}}; }
};
/// Positions may be negative, counting from the end; what lies outside is clipped, as in Python.
template <array_like X>
auto slice(const X& x, index_t axis, index_t start, index_t stop, index_t step = 1) -> X {
  return structured<slice_op>({axis, start, stop, step}, x);
}
template <class T>
auto slice_op::pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const int axis = axis_of(p.axis, x[0].rank(), "slice");
  const auto s = views::clip(p.start, p.stop, p.step, x[0].shape()[axis]);
  return structured<place_op>({x[0].shape(), axis, s.start, p.step}, g);
}
template <class T>
auto place_op::pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const auto n = x[0].shape()[static_cast<int>(p.axis)];
  auto stop = p.start + n * p.step;
  if (stop < 0) stop = -p.shape[static_cast<int>(p.axis)] - 1;  // before the first: said by a number that slice clips
  return slice(g, p.axis, p.start, stop, p.step);
}

/// before[k] and after[k] new elements at the ends of axis k, 0 or `value`. Throws if they are negative or of another number than the axes.
template <array_like X>
auto pad(const X& x, const dims& before, const dims& after, double value = 0) -> X {
  check_padding(x.shape(), before, after);
  auto shape = x.shape();
  auto y = x;
  for (int a = 0; a < x.rank(); ++a) {
    if (before[a] + after[a] == 0) continue;
    shape[a] += before[a] + after[a];
    y = structured<place_op>({shape, a, before[a], 1}, y);
  }
  return value == 0 ? y : y + X(border(x.shape(), before, after, value, x.type()));
}

/// Element `index` of one axis, which is dropped: take(X, 2) is row 2 of a matrix, take(X, 2, 1) its column 2.
template <array_like X>
auto take(const X& x, index_t index, index_t axis = 0) -> X {
  const int a = axis_of(axis, x.rank(), "take");
  const auto n = x.shape()[a], k = index < 0 ? index + n : index;
  if (k < 0 || k >= n)
    throw error("take: index " + std::to_string(index) + " is out of range in axis " + std::to_string(a) + " of " +
                to_string(x.shape()));
  return squeeze(slice(x, a, k, k + 1), a);
}
template <array_like X>
auto take(const X& x, int index, index_t axis = 0) -> X {
  return take(x, static_cast<index_t>(index), axis);
}

struct flip_op : structural<1, dims> {
  static constexpr std::string_view name = "flip", help = "the order of some axes reversed";
  static constexpr bool linear = true;
  static auto value(const dims& axes, std::span<const array> x) -> array { return views::flip(x[0], axes); }
  template <class T>
  static auto pull(const dims& axes, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<flip_op>(axes, g);
  }
  static auto text(const dims& axes) -> std::string { return to_list(axes); }
  static auto samples() -> samples_t { return {{{0}, {{3}}}, {{1}, {{2, 3}}}, {{0, -1}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{2}, {{2, 3}}}, {{0, 0}, {{2, 3}}}}; }
};
template <array_like X>
auto flip(const X& x, const dims& axes) -> X {
  return structured<flip_op>(axes, x);
}

struct roll_parameters {
  index_t shift = 0, axis = 0;
};
struct roll_op : structural<1, roll_parameters> {
  static constexpr std::string_view name = "roll", help = "moved along one axis, what leaves at the end coming in at the front";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return rolled(x[0], p.shift, axis_of(p.axis, x[0].rank(), name));
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<roll_op>({-p.shift, p.axis}, g);
  }
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t { return {{{1, 0}, {{4}}}, {{-2, 1}, {{2, 5}}}, {{7, -1}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{1, 2}, {{2, 3}}}}; }
};
template <array_like X>
auto roll(const X& x, index_t shift, index_t axis) -> X {
  return structured<roll_op>({shift, axis}, x);
}

struct triangle_parameters {
  index_t offset = 0;
  bool lower = true;
};
struct triangle_op : structural<1, triangle_parameters> {
  static constexpr std::string_view name = "triangle", help = "0 above (tril) or below (triu) a diagonal of the last two axes";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array { return triangle(x[0], p.offset, p.lower); }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<triangle_op>(p, g);
  }
  static auto text(const parameters& p) -> std::string {
    return std::string(p.lower ? "lower " : "upper ") + std::to_string(p.offset);
  }
  static auto samples() -> samples_t { return {{{0, true}, {{3, 3}}}, {{1, false}, {{2, 3, 4}}}, {{-1, true}, {{3, 2}}}}; }
  static auto wrong() -> samples_t { return {{{0, true}, {{3}}}}; }
};
/// 0 above diagonal `offset`.
template <array_like X>
auto tril(const X& x, index_t offset = 0) -> X {
  return structured<triangle_op>({offset, true}, x);
}
/// 0 below it.
template <array_like X>
auto triu(const X& x, index_t offset = 0) -> X {
  return structured<triangle_op>({offset, false}, x);
}

struct diagonal_parameters {
  index_t offset = 0, axis1 = 0, axis2 = 1;
};
struct place_diagonal_parameters {
  dims shape;
  diagonal_parameters where;
};
struct diagonal_op : structural<1, diagonal_parameters> {
  static constexpr std::string_view name = "diagonal", help = "a diagonal of two axes, as the last axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return views::diagonal(x[0], p.offset, p.axis1, p.axis2);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return std::to_string(p.offset); }
  static auto samples() -> samples_t { return {{{0, 0, 1}, {{3, 3}}}, {{1, 0, 1}, {{2, 4}}}, {{-1, 2, 0}, {{3, 2, 4}}}}; }
  static auto wrong() -> samples_t { return {{{0, 0, 1}, {{3}}}, {{0, 1, 1}, {{3, 3}}}}; }
};
struct place_diagonal_op : structural<1, place_diagonal_parameters> {
  static constexpr std::string_view name = "place_diagonal", help = "zeros of a shape with the operand on a diagonal";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return placed_diagonal(x[0], p.shape, p.where.offset, p.where.axis1, p.where.axis2);
  }
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<diagonal_op>(p.where, g);
  }
  static auto text(const parameters& p) -> std::string { return to_string(p.shape); }
  static auto samples() -> samples_t { return {{{{3, 3}, {0, 0, 1}}, {{3}}}, {{{2, 4}, {1, 0, 1}}, {{2}}}}; }
  static auto wrong() -> samples_t { return {{{{3, 3}, {0, 0, 1}}, {{2}}}}; }
};
template <array_like X>
auto diagonal(const X& x, index_t offset = 0, index_t axis1 = 0, index_t axis2 = 1) -> X {
  return structured<diagonal_op>({offset, axis1, axis2}, x);
}
template <class T>
auto diagonal_op::pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  return structured<place_diagonal_op>({x[0].shape(), p}, g);
}

struct concat_op : structural<any_number, index_t> {
  static constexpr std::string_view name = "concat", help = "one after the other along an axis";
  static constexpr bool linear = false;  // A change of one operand leaves the others in the result.
  static auto value(const index_t& axis, std::span<const array> x) -> array { return concatenated(x, axis); }
  template <class T>
  static auto pull(const index_t& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
    const int a = axis_of(axis, x[0].rank(), name);
    index_t start = 0;
    for (int k = 0; k < i; ++k) start += x[static_cast<std::size_t>(k)].shape()[a];
    return slice(g, a, start, start + x[static_cast<std::size_t>(i)].shape()[a]);
  }
  static auto text(const index_t& axis) -> std::string { return "axis " + std::to_string(axis); }
  static auto samples() -> samples_t {
    return {{0, {{2, 3}, {1, 3}}}, {-1, {{2, 3}, {2, 1}, {2, 2}}}, {0, {{3}}}, {0, {{0, 2}, {1, 2}}}};
  }
  static auto wrong() -> samples_t { return {{0, {{2, 3}, {2, 2}}}, {0, {{2, 3}, {2}}}, {2, {{2, 3}, {2, 3}}}}; }
};
template <array_like X>
auto concat(std::span<const X> x, index_t axis = 0) -> X {
  return structured_list<concat_op, X>(axis, x);
}
template <array_like X>
auto concat(const std::vector<X>& x, index_t axis = 0) -> X {
  return concat(std::span<const X>(x), axis);
}
/// Along a new axis.
template <array_like X>
auto stack(const std::vector<X>& x, index_t axis = 0) -> X {
  std::vector<X> parts;
  for (const auto& a : x) parts.push_back(unsqueeze(a, axis));
  return concat(parts, axis);
}
/// The scalars side by side, as an array of one axis.
inline auto stack(const std::vector<scalar>& x) -> tensor {
  std::vector<tensor> parts;
  for (const auto& a : x) parts.push_back(a);
  return stack(parts);
}
/// Pieces of the given lengths along an axis; their sum must be its extent.
template <array_like X>
auto split(const X& x, const dims& lengths, index_t axis = 0) -> std::vector<X> {
  index_t total = 0;
  for (auto n : lengths) total += n;
  const auto extent = x.shape()[axis_of(axis, x.rank(), "split")];
  if (total != extent)
    throw error("split: the lengths " + to_list(lengths) + " do not add up to the extent " + std::to_string(extent));
  std::vector<X> out;
  index_t at = 0;
  for (auto n : lengths) out.push_back(slice(x, axis, at, at + n)), at += n;
  return out;
}
/// `n` pieces, all of one length but the last, which may be shorter.
template <array_like X>
auto chunk(const X& x, index_t n, index_t axis = 0) -> std::vector<X> {
  if (n < 1) throw error("chunk: the number of pieces must be 1 or more");
  const auto extent = x.shape()[axis_of(axis, x.rank(), "chunk")];
  const auto length = (extent + n - 1) / n;
  std::vector<X> out;
  for (index_t at = 0; at < extent; at += length) out.push_back(slice(x, axis, at, std::min(extent, at + length)));
  return out;
}
/// Repeated as a whole along each axis, as numpy's tile.
template <array_like X>
auto tile(const X& x, const dims& times) -> X {
  const int rank = std::max(x.rank(), times.size());
  dims split_shape, expanded, joined_shape;
  for (int i = 0; i < rank; ++i) {
    const auto n = i < rank - x.rank() ? 1 : x.shape()[i - (rank - x.rank())];
    const auto t = i < rank - times.size() ? 1 : times[i - (rank - times.size())];
    split_shape.push(1), split_shape.push(n), expanded.push(t), expanded.push(n), joined_shape.push(t * n);
  }
  return reshape(expand(reshape(x, split_shape), expanded), joined_shape);
}
/// Each element `times` times along an axis.
template <array_like X>
auto repeat(const X& x, index_t times, index_t axis) -> X {
  const int a = axis_of(axis, x.rank(), "repeat");
  auto expanded = x.shape(), full = x.shape();
  expanded.insert(a + 1, times), full[a] *= times;
  return reshape(expand(unsqueeze(x, a + 1), expanded), full);
}

struct cast_op : structural<1, dtype> {
  static constexpr std::string_view name = "cast", help = "the same numbers in another floating-point type";
  static constexpr bool linear = true;
  static auto value(const dtype& t, std::span<const array> x) -> array { return x[0].cast(t); }
  template <class T>
  static auto pull(const dtype&, int, std::span<const T> x, const T&, const T& g) -> T {
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
  static constexpr bool linear = true, scalar_result = true;
  static auto value(const parameters&, std::span<const array> x) -> array { return x[0].item(); }
  template <class T>
  static auto pull(const parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return reshape(g, x[0].shape());
  }
  static auto samples() -> samples_t { return {{{}, {{}}}, {{}, {{1, 1}}}}; }
  static auto wrong() -> samples_t { return {{{}, {{2}}}, {{}, {{0}}}}; }
};
/// Throws unless x has exactly one element.
auto item(const tensor& x) -> scalar;
/// One element, as a scalar of the graph.
auto element_of(const tensor& x, const dims& index) -> scalar;

using shape_operations = operation_list<reshape_op, permute_op, sum_to_op, expand_op, slice_op, place_op, flip_op, roll_op,
                                        triangle_op, diagonal_op, place_diagonal_op, concat_op, cast_op, item_op>;

}  // namespace seegrad
