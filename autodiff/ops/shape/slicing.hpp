#pragma once
// Parts of arrays, and arrays put together from parts. All of these are linear; a part is a view.
//
//   slice(x, 1, 0, 10, 2);     // columns 0, 2, 4, 6, 8
//   take(x, -1);               // the last row
//   concat(std::vector{x, y}, 1);

#include <autodiff/array/slice_range.hpp>
#include <autodiff/ops/shape/shape.hpp>

namespace seegrad {

namespace detail {
/// Zeros of `shape` with x placed at start, start + step, … of `axis`.
auto placed(const array& x, const dims& shape, int axis, index_t start, index_t step) -> array;
auto check_padding(const dims& shape, const dims& before, const dims& after) -> void;
}  // namespace detail

/// `value` where padding is, 0 inside.
auto border(const dims& shape, const dims& before, const dims& after, double value, dtype type) -> array;

namespace detail {
auto concatenated(std::span<const array> x, index_t axis) -> array;
/// Its shape and type, as a stand-in.
auto concatenation(std::span<const array> x, index_t axis) -> array;
/// Throws unless x can be placed so.
auto check_place(const dims& x, const dims& shape, index_t axis, index_t start, index_t step) -> void;

struct slice_parameters {
  index_t axis = 0, start = 0, stop = 0, step = 1;
  friend auto operator==(const slice_parameters&, const slice_parameters&) -> bool = default;
};
struct place_parameters {
  dims shape;
  index_t axis = 0, start = 0, step = 1;
  friend auto operator==(const place_parameters&, const place_parameters&) -> bool = default;
};
}  // namespace detail

struct slice_op : structural<1, detail::slice_parameters> {
  static constexpr std::string_view name = "slice", help = "elements start, start + step, … before stop of one axis";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return x[0].slice(p.axis, p.start, p.stop, p.step);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto vjp_into(const parameters& p, int, std::span<const array>, const array&, const array& g, array& adjoint) -> void;
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t {
    return {{{0, 1, 3, 1}, {{4, 2}}}, {{1, 0, 5, 2}, {{2, 5}}}, {{-1, -1, -9, -2}, {{2, 5}}}, {{0, 2, 2, 1}, {{3}}}};
  }
  static auto wrong() -> samples_t { return {{{2, 0, 1, 1}, {{2, 3}}}, {{0, 0, 1, 0}, {{2, 3}}}}; }
};

/// Undoes slice: zeros everywhere else.
struct place_op : structural<1, detail::place_parameters> {
  static constexpr std::string_view name = "place",
                                    help = "zeros of a shape with the operand at start, start + step, … of one axis";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::placed(x[0], p.shape, static_cast<int>(p.axis), p.start, p.step);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::check_place(x[0].shape(), p.shape, p.axis, p.start, p.step), stand_in(p.shape, x[0].type());
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
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
auto slice_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const int axis = detail::axis_of(p.axis, x[0].rank(), "slice");
  const auto s = detail::clipped_slice(p.start, p.stop, p.step, x[0].shape()[axis]);
  return structured<place_op>({x[0].shape(), axis, s.start, s.step}, g);
}
template <class T>
auto place_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const auto n = x[0].shape()[static_cast<int>(p.axis)];
  // Of one element no step is taken, and it may be a number of any size.
  auto stop = p.start + n * (n > 1 ? p.step : p.step > 0 ? 1 : -1);
  if (stop < 0) stop = -p.shape[static_cast<int>(p.axis)] - 1;  // before the first: said by a number that slice clips
  return slice(g, p.axis, p.start, stop, p.step);
}

/// before[k] and after[k] new elements at the ends of axis k, 0 or `value`. Throws if they are negative or of another number than the axes.
template <array_like X>
auto pad(const X& x, const dims& before, const dims& after, double value = 0) -> X {
  detail::check_padding(x.shape(), before, after);
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
  const int a = detail::axis_of(axis, x.rank(), "take");
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

/// One element, as a scalar of the graph.
auto element_of(const tensor& x, const dims& index) -> scalar;

inline auto traced<array>::operator[](index_t row) const -> traced { return take(*this, row); }
inline auto traced<array>::operator[](const dims& element) const -> scalar { return element_of(*this, element); }

struct concat_op : structural<detail::any_number, index_t> {
  static constexpr std::string_view name = "concat", help = "one after the other along an axis";
  static constexpr bool linear = false;  // A change of one operand leaves the others in the result.
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const index_t& axis, std::span<const array> x) -> array { return detail::concatenated(x, axis); }
  static auto result(const index_t& p, std::span<const array> x) -> array { return detail::concatenation(x, p); }
  template <class T>
  static auto vjp(const index_t& axis, int i, std::span<const T> x, const T&, const T& g) -> T {
    const int a = detail::axis_of(axis, x[0].rank(), name);
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
/// PyTorch's name for it.
template <array_like X>
auto cat(const std::vector<X>& x, index_t axis = 0) -> X {
  return concat(x, axis);
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
  const auto extent = x.shape()[detail::axis_of(axis, x.rank(), "split")];
  auto left = extent;
  for (auto n : lengths)
    if (n >= 0 && n <= left) left -= n;
    else left = -1;
  if (left != 0)
    throw error("split: the lengths " + detail::to_list(lengths) + " do not add up to the extent " + std::to_string(extent));
  std::vector<X> out;
  index_t at = 0;
  for (auto n : lengths) out.push_back(slice(x, axis, at, at + n)), at += n;
  return out;
}
/// `n` pieces, all of one length but the last, which may be shorter.
template <array_like X>
auto chunk(const X& x, index_t n, index_t axis = 0) -> std::vector<X> {
  if (n < 1) throw error("chunk: the number of pieces must be 1 or more");
  const auto extent = x.shape()[detail::axis_of(axis, x.rank(), "chunk")];
  const auto length = extent / n + (extent % n != 0 ? 1 : 0);
  std::vector<X> out;
  for (index_t at = 0; at < extent; at += length) out.push_back(slice(x, axis, at, std::min(extent, at + length)));
  return out;
}

namespace detail {
using slicing_operations = operation_list<slice_op, place_op, concat_op>;
}  // namespace detail

}  // namespace seegrad
