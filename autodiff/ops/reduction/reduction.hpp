#pragma once
// Over axes: sums, products, extremes, and what is made of them.
//
//   sum(x);                    // of all elements, shape []
//   mean(x, 0);                // down the columns
//   max(x, {0, 2}, keep_axes); // reduced axes stay, as 1

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/reduce.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/trace/choice.hpp>

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
  auto of(int rank, std::string_view who) const -> dims { return detail::normal_axes(list_, all_, rank, who); }
  /// Whether none was named.
  auto are_all() const -> bool { return all_; }
  /// As they were given.
  auto list() const -> const dims& { return list_; }
  /// "axes (0, 1)".
  auto text() const -> std::string { return all_ ? "all axes" : "axes " + detail::to_list(list_); }
  friend auto operator==(const axes&, const axes&) -> bool = default;

 private:
  dims list_;
  bool all_ = false;
};

/// Whether a reduced axis stays in the shape, as 1.
enum class keep : bool { none, axes };
inline constexpr auto keep_axes = keep::axes;  ///< Asks for it: max(x, 0, keep_axes).

namespace detail {
struct reduction_parameters {
  axes over;
  keep kept = keep::none;
  auto kept_shape(const dims& shape, std::string_view who) const -> dims {
    return reduced_shape(shape, over.of(shape.size(), who), true);
  }
  friend auto operator==(const reduction_parameters&, const reduction_parameters&) -> bool = default;
};

template <class Op>
struct reduction_paragraph : structural<1, reduction_parameters> {
  static constexpr auto result_type(dtype t) -> dtype { return t; }
  static auto text(const parameters& p) -> std::string { return p.over.text(); }
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return reduce(Op::how, x[0], p.over.of(x[0].rank(), Op::name), p.kept == keep::axes, Op::name);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return stand_in(reduced_shape(x[0].shape(), p.over.of(x[0].rank(), Op::name), p.kept == keep::axes),
                    Op::result_type(x[0].type()));
  }
  static auto follows(const parameters& p, int, std::span<const array> x) -> dims {
    const auto reduced = p.over.of(x[0].rank(), Op::name);
    dims to;
    index_t next = 0;
    for (int i = 0; i < x[0].rank(); ++i) {
      const bool goes = std::find(reduced.begin(), reduced.end(), i) != reduced.end();
      to.push(goes ? -1 : next);
      next += !goes || p.kept == keep::axes;
    }
    return to;
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
}  // namespace detail

struct sum_op : detail::reduction_paragraph<sum_op> {
  static constexpr std::string_view name = "sum", symbol = "Σ", help = "sum over axes; 0 of no elements";
  static constexpr bool linear = true;
  static constexpr auto how = reduction::sum;
  static constexpr auto result_type(dtype t) -> dtype { return summed_type(t); }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
    return spread(p, g, x[0].shape());
  }
  static auto prepare(const parameters& p, const detail::prepared_for& f) -> detail::prepared;
  static auto prepare_vjp(const parameters& p, int i, const detail::prepared_for& f, bool add) -> detail::prepared;
};
template <array_like X>
auto sum(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<sum_op>({over, kept}, x);
}

/// The slope is the product of the others, without a division, so that zeros do no harm (product_of_others in order.hpp).
struct prod_op : detail::reduction_paragraph<prod_op> {
  static constexpr std::string_view name = "prod", symbol = "Π", help = "product over axes; 1 of no elements";
  static constexpr auto how = reduction::prod;
  static constexpr auto result_type(dtype t) -> dtype { return summed_type(t); }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T;
};
template <array_like X>
auto prod(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<prod_op>({over, kept}, x);
}

namespace detail {
template <class Op>
struct extreme_paragraph : reduction_paragraph<Op> {
  using typename reduction_paragraph<Op>::parameters;
  /// The cotangent goes to the elements that are the extreme one, in equal shares. NaN equals nothing; where one won, those that are
  /// NaN share.
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto& shape = x[0].shape();
    const auto highest = Op::spread(p, y, shape);
    const auto shares = cast((x[0] == highest) | (isnan(x[0]) & isnan(highest)), g.type());
    const auto count = sum(shares, p.over, keep::axes);
    return where(shares, Op::spread(p, g, shape) / count, 0.0);
  }
};
}  // namespace detail

struct max_reduction_op : detail::extreme_paragraph<max_reduction_op> {
  static constexpr std::string_view name = "max", help = "largest over axes; equals share the slope evenly; NaN wins";
  static constexpr auto how = reduction::max;
};
struct min_reduction_op : detail::extreme_paragraph<min_reduction_op> {
  static constexpr std::string_view name = "min", help = "smallest over axes; equals share the slope evenly; NaN wins";
  static constexpr auto how = reduction::min;
};
/// Over all axes: max(x); over some: max(x, {1}). Two operands, max(x, 1), are compared element by element, as two scalars are.
template <array_like X>
auto max(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<max_reduction_op>({over, kept}, x);
}
template <array_like X>
auto min(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<min_reduction_op>({over, kept}, x);
}

// --- made of these ---------------------------------------------------------------------------------------------------------

namespace detail {
/// How many elements are reduced to one.
inline auto reduced_count(const dims& shape, const axes& over, std::string_view who) -> index_t {
  index_t n = 1;
  for (auto a : over.of(shape.size(), who)) n *= shape[static_cast<int>(a)];
  return n;
}
}  // namespace detail

/// Truth over axes: a node for each, as the comparisons are. Of no elements, all() is true and any() false.
template <array_like X>
auto all(const X& x, const axes& over, keep kept = keep::none) -> X {
  return sum(cast(x == 0.0, float64), over, kept) == 0.0;
}
/// Whether some are not 0, over axes.
template <array_like X>
auto any(const X& x, const axes& over, keep kept = keep::none) -> X {
  return sum(cast(x != 0.0, float64), over, kept) > 0.0;
}
inline auto all(const tensor& x) -> tensor { return all(x, axes()); }
inline auto any(const tensor& x) -> tensor { return any(x, axes()); }
/// Of no elements, NaN.
template <array_like X>
auto mean(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return sum(cast(x, floating(x.type())), over, kept) *
         (1.0 / static_cast<double>(detail::reduced_count(x.shape(), over, "mean")));
}
/// The mean square distance from the mean, divided by n - correction: 1 as in PyTorch, or 0 as in numpy and in batch and layer norm.
template <array_like X>
auto var(const X& x, const axes& over = {}, keep kept = keep::none, int correction = 1) -> X {
  const auto n = static_cast<double>(detail::reduced_count(x.shape(), over, "var"));
  return sum(square(x - mean(x, over, keep::axes)), over, kept) * (1.0 / (n - correction));
}
/// The square root of var. Not called std, which is a namespace that `using namespace seegrad` would make unclear.
template <array_like X>
auto stddev(const X& x, const axes& over = {}, keep kept = keep::none, int correction = 1) -> X {
  return sqrt(var(x, over, kept, correction));
}
/// The Euclidean norm. Its slope at 0 is 0, since the squares have the slope 0 there and an exact zero wins over infinity.
template <array_like X>
auto norm(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return sqrt(sum(square(cast(x, floating(x.type()))), over, kept));
}
/// log(sum(exp(x))) over axes, from the largest element down. The slopes are the shares of the exponentials: none where all are -inf, and
/// evenly to those that are +inf.
struct logsumexp_op : detail::reduction_paragraph<logsumexp_op> {
  static constexpr std::string_view name = "logsumexp",
                                    help = "log(sum(exp(x))) over axes, without overflow; -inf of no elements";
  static constexpr auto result_type(dtype t) -> dtype { return floating(t); }
  static auto value(const parameters& p, std::span<const array> x) -> array;
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto& shape = x[0].shape();
    const auto total = spread(p, y, shape);
    const auto shares = exp(x[0] - where(isfinite(total), total, 0.0));
    const auto is_top = cast(x[0] == infinity, g.type());
    const auto top = is_top / maximum(sum(is_top, p.over, keep::axes), 1.0);
    return strong_mul(where(total == infinity, top, shares), spread(p, g, shape));
  }
};
template <array_like X>
auto logsumexp(const X& x, const axes& over = {}, keep kept = keep::none) -> X {
  return structured<logsumexp_op>({over, kept}, x);
}

namespace detail {
using reduction_operations = operation_list<sum_op, prod_op, max_reduction_op, min_reduction_op, logsumexp_op>;
}  // namespace detail

}  // namespace seegrad
