#pragma once
// The same elements in another order, some of them left out or repeated: flips, rolls, triangles, diagonals, tiles.

#include <algorithm>
#include <autodiff/ops/shape/slicing.hpp>

namespace seegrad {

namespace detail {
auto rolled(const array& x, index_t shift, int axis) -> array;
auto triangle(const array& x, index_t offset, bool lower) -> array;
/// Throw unless x has two axes, or is the diagonal of `shape`.
auto check_triangle(const dims& x, bool lower) -> void;
auto check_diagonal(const dims& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> void;
auto placed_diagonal(const array& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> array;
}  // namespace detail

struct flip_op : structural<1, dims> {
  static constexpr std::string_view name = "flip", help = "the order of some axes reversed";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const dims& axes, std::span<const array> x) -> array { return x[0].flip(axes); }
  static auto result(const dims& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const dims& axes, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<flip_op>(axes, g);
  }
  static auto text(const dims& axes) -> std::string { return detail::to_list(axes); }
  static auto samples() -> samples_t { return {{{0}, {{3}}}, {{1}, {{2, 3}}}, {{0, -1}, {{2, 3}}}}; }
  static auto wrong() -> samples_t { return {{{2}, {{2, 3}}}, {{0, 0}, {{2, 3}}}}; }
};
template <array_like X>
auto flip(const X& x, const dims& axes) -> X {
  return structured<flip_op>(axes, x);
}

namespace detail {
struct roll_parameters {
  index_t shift = 0, axis = 0;
  friend auto operator==(const roll_parameters&, const roll_parameters&) -> bool = default;
};
}  // namespace detail

struct roll_op : structural<1, detail::roll_parameters> {
  static constexpr std::string_view name = "roll", help = "moved along one axis, what leaves at the end coming in at the front";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::rolled(x[0], p.shift, detail::axis_of(p.axis, x[0].rank(), name));
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::axis_of(p.axis, x[0].rank(), name), x[0];
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
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

namespace detail {
struct triangle_parameters {
  index_t offset = 0;
  bool lower = true;
  friend auto operator==(const triangle_parameters&, const triangle_parameters&) -> bool = default;
};
}  // namespace detail

struct triangle_op : structural<1, detail::triangle_parameters> {
  static constexpr std::string_view name = "triangle", help = "0 above (tril) or below (triu) a diagonal of the last two axes";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array { return detail::triangle(x[0], p.offset, p.lower); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::check_triangle(x[0].shape(), p.lower), x[0];
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
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

namespace detail {
struct diagonal_parameters {
  index_t offset = 0, axis1 = 0, axis2 = 1;
  friend auto operator==(const diagonal_parameters&, const diagonal_parameters&) -> bool = default;
};
struct place_diagonal_parameters {
  dims shape;
  diagonal_parameters where;
  friend auto operator==(const place_diagonal_parameters&, const place_diagonal_parameters&) -> bool = default;
};
}  // namespace detail

struct diagonal_op : structural<1, detail::diagonal_parameters> {
  static constexpr std::string_view name = "diagonal", help = "a diagonal of two axes, as the last axis";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array { return x[0].diagonal(p.offset, p.axis1, p.axis2); }
  static auto result(const parameters& p, std::span<const array> x) -> array { return value(p, x); }  // a view
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
  static auto text(const parameters& p) -> std::string { return std::to_string(p.offset); }
  static auto samples() -> samples_t { return {{{0, 0, 1}, {{3, 3}}}, {{1, 0, 1}, {{2, 4}}}, {{-1, 2, 0}, {{3, 2, 4}}}}; }
  static auto wrong() -> samples_t { return {{{0, 0, 1}, {{3}}}, {{0, 1, 1}, {{3, 3}}}}; }
};
struct place_diagonal_op : structural<1, detail::place_diagonal_parameters> {
  static constexpr std::string_view name = "place_diagonal", help = "zeros of a shape with the operand on a diagonal";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::placed_diagonal(x[0], p.shape, p.where.offset, p.where.axis1, p.where.axis2);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::check_diagonal(x[0].shape(), p.shape, p.where.offset, p.where.axis1, p.where.axis2),
           stand_in(p.shape, x[0].type());
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
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
auto diagonal_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  return structured<place_diagonal_op>({x[0].shape(), p}, g);
}

/// Repeated as a whole along each axis, as numpy's tile.
template <array_like X>
auto tile(const X& x, const dims& times) -> X {
  const int rank = std::max(x.rank(), times.size());
  const auto padded = [rank](dims d) {
    while (d.size() < rank) d.insert(0, 1);
    return d;
  };
  auto shape = padded(x.shape());
  const auto all_times = padded(times);
  if (std::ranges::any_of(times, [](index_t n) { return n < 0; }))
    throw error("tile: " + detail::to_list(times) + " times; 0 is the least");
  X y = x;
  // An axis that is repeated is two for as long, and others are one with what is before them: seven axes for three at a time.
  for (int i = 0, done = 0; i < rank;) {
    dims apart{elements(shape.first(i))}, wide = apart;
    const auto both_longer = [&](index_t n) { apart[apart.size() - 1] *= n, wide[wide.size() - 1] *= n; };
    for (int room = 3; i < rank && (all_times[i] == 1 || room-- > 0); ++i) {
      if (all_times[i] != 1) apart.push(1), apart.push(1), wide.push(all_times[i]), wide.push(1);
      both_longer(shape[i]);
    }
    both_longer(elements(shape.from(i)));
    y = expand(reshape(y, apart), wide);  // throws for more than there can be
    for (; done < i; ++done) shape[done] *= all_times[done];
    y = reshape(y, shape);
  }
  return y;
}
/// Each element `times` times along an axis.
template <array_like X>
auto repeat(const X& x, index_t times, index_t axis) -> X {
  const int a = detail::axis_of(axis, x.rank(), "repeat");
  if (times < 0) throw error("repeat: " + std::to_string(times) + " times; 0 is the least");
  auto full = x.shape();
  // With what is before and behind the axis as one, as an array that has all the axes there can be has no room for another.
  const auto before = elements(full.first(a + 1)), behind = elements(full.from(a + 1));
  const auto apart = expand(reshape(x, {before, 1, behind}), {before, times, behind});  // throws for more than there can be
  full[a] *= times;
  return reshape(apart, full);
}

namespace detail {
using arrangement_operations = operation_list<flip_op, roll_op, triangle_op, diagonal_op, place_diagonal_op>;
}  // namespace detail

}  // namespace seegrad
