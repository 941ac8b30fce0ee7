#pragma once
// Over axes: sums, products, extremes, and what is made of them.
//
//   sum(x);                    // of all elements, shape []
//   mean(x, 0);                // down the columns
//   max(x, {0, 2}, keep_axes); // reduced axes stay, as 1

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/reduce.hpp>
#include <autodiff/ops/compare.hpp>
#include <autodiff/ops/shape.hpp>

namespace seegrad {

/// The axes to reduce: one, several, or all of them by default.
class axes {
 public:
  axes() : all_(true) {}
  axes(index_t axis) : list_{axis} {}
  axes(int axis) : list_{axis} {}
  axes(std::initializer_list<index_t> list) : list_(list) {}
  axes(const dims& list) : list_(list) {}
  /// From the front, sorted. Throws for one that is not there or is named twice.
  auto of(int rank, std::string_view who) const -> dims { return normal_axes(list_, all_, rank, who); }
  auto text() const -> std::string { return all_ ? "all axes" : "axes " + to_list(list_); }

 private:
  dims list_;
  bool all_ = false;
};

/// Whether a reduced axis stays in the shape, as 1.
enum class keep : bool { none, axes };
inline constexpr auto keep_axes = keep::axes;

struct reduction_parameters {
  axes over;
  keep kept = keep::none;
  auto kept_shape(const dims& shape, std::string_view who) const -> dims {
    return reduced_shape(shape, over.of(shape.size(), who), true);
  }
};

template <class Op>
struct reduction_paragraph : structural<1, reduction_parameters> {
  static auto text(const parameters& p) -> std::string { return p.over.text(); }
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return reduce(Op::how, x[0], p.over.of(x[0].rank(), Op::name), p.kept == keep::axes, Op::name);
  }
  static auto samples() -> samples_t {
    return {{{}, {{2, 3}}},          {{1}, {{2, 3}}}, {{0, keep_axes}, {{2, 3}}}, {{{0, 2}}, {{2, 3, 2}}}, {{-1}, {{2, 1}}},
            {{{}, keep_axes}, {{}}}, {{0}, {{3}}}};
  }
  static auto wrong() -> samples_t { return {{{2}, {{2, 3}}}, {{-3}, {{2, 3}}}, {{{0, 0}}, {{2, 3}}}}; }
  /// `a`, which has the shape of the result, with the reduced axes kept and repeated to the shape of x.
  template <class T>
  static auto spread(const parameters& p, const T& a, const dims& shape) -> T {
    return expand(reshape(a, p.kept_shape(shape, Op::name)), shape);
  }
};

struct sum_op : reduction_paragraph<sum_op> {
  static constexpr std::string_view name = "sum", symbol = "Σ", help = "sum over axes; 0 of no elements";
  static constexpr bool linear = true;
  static constexpr auto how = reduction::sum;
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
    return spread(p, g, x[0].shape());
  }
};
template <array_like X>
auto sum(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<sum_op>({over, kept}, x);
}

/// The product of the others needs no division, so that zeros do no harm.
struct prod_op : reduction_paragraph<prod_op> {
  static constexpr std::string_view name = "prod", symbol = "Π", help = "product over axes; 1 of no elements";
  static constexpr auto how = reduction::prod;
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T;
};
template <array_like X>
auto prod(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<prod_op>({over, kept}, x);
}

/// Of each element, the product of the others along the reduced axes.
template <class T>
auto product_of_others(const T& x, const dims& axes) -> T;

template <class T>
auto prod_op::pull(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T {
  const auto& shape = x[0].shape();
  const auto up = spread(p, g, shape);
  if (all(value_of(x[0]) != 0.0)) return up * spread(p, y, shape) / x[0];
  return up * product_of_others(x[0], p.over.of(shape.size(), name));
}

template <class T>
auto product_of_others(const T& x, const dims& axes) -> T {
  // The reduced axes become the last one, of n elements; then row i of n x n holds all of them, with 1 in place of the i-th.
  dims order;
  for (int i = 0; i < x.rank(); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) order.push(i);
  const int outer = order.size();
  for (auto a : axes) order.push(a);
  const auto moved = permute(x, order);
  const auto shape = moved.shape();
  const auto n = elements(shape.from(outer));
  auto square_shape = shape.first(outer);
  square_shape.push(n), square_shape.push(n);
  const auto rows = expand(unsqueeze(reshape(moved, shape.first(outer) + dims{n}), -2), square_shape);
  return permute(reshape(prod(select(eye(n, boolean), 1.0, rows), -1), shape), inverse_order(order));
}

/// 1 where the element is the extreme one, shared out evenly between equals, in the shape of x.
auto extreme_shares(const array& x, const array& y_kept, const dims& axes) -> array;

template <class Op>
struct extreme_paragraph : reduction_paragraph<Op> {
  using typename reduction_paragraph<Op>::parameters;
  template <class T>
  static auto pull(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto& shape = x[0].shape();
    const auto shares =
        extreme_shares(value_of(x[0]), reshape(value_of(y), p.kept_shape(shape, Op::name)), p.over.of(shape.size(), Op::name));
    return Op::spread(p, g, shape) * T(shares);
  }
};
struct max_reduction_op : extreme_paragraph<max_reduction_op> {
  static constexpr std::string_view name = "max", help = "largest over axes; equals share the slope evenly; NaN wins";
  static constexpr auto how = reduction::max;
};
struct min_reduction_op : extreme_paragraph<min_reduction_op> {
  static constexpr std::string_view name = "min", help = "smallest over axes; equals share the slope evenly; NaN wins";
  static constexpr auto how = reduction::min;
};
template <array_like X>
auto max(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<max_reduction_op>({over, kept}, x);
}
template <array_like X>
auto min(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<min_reduction_op>({over, kept}, x);
}

// --- made of these ---------------------------------------------------------------------------------------------------------

/// The square root of a sum of squares, with the slope 0 at 0, where the sum of squares has the slope 0, too.
template <array_like X>
auto root(const X& x) -> X {
  const auto zero = value_of(x) == 0.0;
  return any(zero) ? sqrt(select(zero, 1.0, x)) * (!zero).cast(x.type()) : sqrt(x);
}
/// How many elements are reduced to one.
inline auto reduced_count(const dims& shape, const axes& over, std::string_view who) -> index_t {
  index_t n = 1;
  for (auto a : over.of(shape.size(), who)) n *= shape[static_cast<int>(a)];
  return n;
}
/// Of no elements, NaN.
template <array_like X>
auto mean(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return sum(x, over, kept) * (1.0 / static_cast<double>(reduced_count(x.shape(), over, "mean")));
}
/// The mean square distance from the mean, divided by n - correction: 1 as in PyTorch, or 0 as in numpy and in batch and layer norm.
template <array_like X>
auto var(const X& x, const axes& over = {}, keep kept = keep::none, int correction = 1) -> X {
  const auto n = static_cast<double>(reduced_count(x.shape(), over, "var"));
  return sum(square(x - mean(x, over, keep::axes)), over, kept) * (1.0 / (n - correction));
}
template <array_like X>
auto std(const X& x, const axes& over = {}, keep kept = keep::none, int correction = 1) -> X {
  return root(var(x, over, kept, correction));
}
/// The Euclidean norm. Its slope at 0 is 0.
template <array_like X>
auto norm(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return root(sum(square(x), over, kept));
}
auto finite_or_zero(const array& x) -> array;
/// log(sum(exp(x))) without overflow; -inf where all are -inf.
template <array_like X>
auto logsumexp(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  const auto highest = finite_or_zero(max(value_of(x), over, keep::axes));
  const auto y = log(sum(exp(x - highest), over, keep::axes)) + highest;
  return kept == keep::axes ? y : reshape(y, reduced_shape(x.shape(), over.of(x.rank(), "logsumexp"), false));
}

using reduction_operations = operation_list<sum_op, prod_op, max_reduction_op, min_reduction_op>;

}  // namespace seegrad
