#pragma once
// What an element along an axis has of all before it: running sums and products, and the recurrence that is their slope.

#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/shape/arrangement.hpp>

namespace seegrad {

namespace detail {
auto running_sum(const array& x, int axis, bool from_the_end) -> array;
auto running_product(const array& x, int axis, bool from_the_end) -> array;
/// Throws unless they are of one shape.
auto check_recurrence(const dims& factors, const dims& terms) -> void;
auto linear_recurrence_of(const array& a, const array& b, int axis, bool from_the_end) -> array;

struct cumsum_parameters {
  index_t axis = 0;
  bool from_the_end = false;
  friend auto operator==(const cumsum_parameters&, const cumsum_parameters&) -> bool = default;
};
}  // namespace detail

struct cumsum_op : structural<1, detail::cumsum_parameters> {
  static constexpr std::string_view name = "cumsum", help = "running sum along an axis";
  static constexpr bool linear = true;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::running_sum(x[0], detail::axis_of(p.axis, x[0].rank(), name), p.from_the_end);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::axis_of(p.axis, x[0].rank(), name), stand_in(x[0].shape(), summed_type(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T>, const T&, const T& g) -> T {
    return structured<cumsum_op>({p.axis, !p.from_the_end}, g);
  }
  static auto text(const parameters& p) -> std::string {
    return "axis " + std::to_string(p.axis) + (p.from_the_end ? ", from the end" : "");
  }
  static auto follows(const parameters& p, int, std::span<const array> x) -> dims {
    return all_axes_but(detail::axis_of(p.axis, x[0].rank(), name), x[0].rank());
  }
  static auto samples() -> samples_t { return {{{0}, {{4}}}, {{1}, {{2, 3}}}, {{0, true}, {{3, 2}}}, {{-1}, {{2, 0}}}}; }
  static auto wrong() -> samples_t { return {{{1}, {{4}}}, {{0}, {{}}}}; }
};
template <array_like X>
auto cumsum(const X& x, index_t axis) -> X {
  return structured<cumsum_op>({axis, false}, x);
}

namespace detail {
/// x moved by one along the axis, what comes in being `first`.
template <class T>
auto shifted(const T& x, index_t axis, bool towards_the_end, double first) -> T {
  const auto n = x.extent(axis);
  if (n == 0) return x;
  auto edge = x.shape();
  edge[axis_of(axis, x.rank(), "shift")] = 1;
  const T filling = full(edge, first, x.type());
  return towards_the_end ? concat(std::vector<T>{filling, slice(x, axis, 0, n - 1)}, axis)
                         : concat(std::vector<T>{slice(x, axis, 1, n), filling}, axis);
}
}  // namespace detail

/// y[i] = a[i] * y[i - 1] + b[i]. Its transpose is one of the other direction, so all derivatives take one pass (Blelloch 1990, 1.4).
/// It is how derivatives are passed on along the axis, so an exact 0 wins in its products.
struct linear_recurrence_op : structural<2, detail::cumsum_parameters> {
  static constexpr std::string_view name = "linear_recurrence", help = "y[i] = a[i] * y[i - 1] + b[i] along an axis, from y = 0";
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::linear_recurrence_of(x[0], x[1], detail::axis_of(p.axis, x[0].rank(), name), p.from_the_end);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    detail::check_recurrence(x[0].shape(), x[1].shape());
    return detail::axis_of(p.axis, x[0].rank(), name), stand_in(x[1].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T& y, const T& g) -> T {
    const auto back =
        structured<linear_recurrence_op>({p.axis, !p.from_the_end}, detail::shifted(x[0], p.axis, p.from_the_end, 0.0), g);
    return i == 1 ? back : strong_mul(back, detail::shifted(y, p.axis, !p.from_the_end, 0.0));
  }
  static auto text(const parameters& p) -> std::string { return cumsum_op::text(p); }
  static auto follows(const parameters& p, int, std::span<const array> x) -> dims {
    return all_axes_but(detail::axis_of(p.axis, x[0].rank(), name), x[0].rank());
  }
  static auto samples() -> samples_t {
    return {{{0}, {{4}, {4}}}, {{1}, {{2, 3}, {2, 3}}}, {{0, true}, {{3, 2}, {3, 2}}}, {{0}, {{0}, {0}}}};
  }
  static auto wrong() -> samples_t { return {{{0}, {{4}, {3}}}, {{1}, {{4}, {4}}}}; }
};
/// a and b have one shape.
template <class A, class B>
  requires detail::with_arrays<A, B>
auto linear_recurrence(const A& a, const B& b, index_t axis, bool from_the_end = false) {
  return structured<linear_recurrence_op>({axis, from_the_end}, a, b);
}

/// The slope needs no division: what stands before an element, times a recurrence over what stands behind it.
struct cumprod_op : structural<1, detail::cumsum_parameters> {
  static constexpr std::string_view name = "cumprod", help = "running product along an axis";
  static auto value(const parameters& p, std::span<const array> x) -> array {
    return detail::running_product(x[0], detail::axis_of(p.axis, x[0].rank(), name), p.from_the_end);
  }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    return detail::axis_of(p.axis, x[0].rank(), name), stand_in(x[0].shape(), summed_type(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto before = detail::shifted(y, p.axis, !p.from_the_end, 1.0);
    return strong_mul(before, linear_recurrence(detail::shifted(x[0], p.axis, p.from_the_end, 0.0), g, p.axis, !p.from_the_end));
  }
  static auto text(const parameters& p) -> std::string { return cumsum_op::text(p); }
  static auto follows(const parameters& p, int, std::span<const array> x) -> dims {
    return all_axes_but(detail::axis_of(p.axis, x[0].rank(), name), x[0].rank());
  }
  static auto samples() -> samples_t {
    return {{{0}, {{4}}}, {{1}, {{2, 3}}}, {{0, true}, {{3, 2}}}, {{0}, {{3, 2}}, with_zeros}, {{-1}, {{2, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{1}, {{4}}}}; }
};
template <array_like X>
auto cumprod(const X& x, index_t axis, bool from_the_end = false) -> X {
  return structured<cumprod_op>({axis, from_the_end}, x);
}

namespace detail {
/// Of each element, the product of the others along the axes: that of all before it times that of all behind it.
template <class T>
auto product_of_others(const T& x, const dims& axes) -> T {
  // The axes become the last one.
  dims order;
  for (int i = 0; i < x.rank(); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) order.push(i);
  const int outer = order.size();
  for (auto a : axes) order.push(a);
  const auto moved = permute(x, order);
  auto lines = moved.shape().first(outer);
  lines.push(elements(moved.shape().from(outer)));
  const auto flat = reshape(moved, lines);
  const auto before = shifted(cumprod(flat, -1), -1, true, 1.0), behind = shifted(cumprod(flat, -1, true), -1, false, 1.0);
  return permute(reshape(before * behind, moved.shape()), inverse_order(order));
}
}  // namespace detail

template <class T>
auto prod_op::vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
  const auto& shape = x[0].shape();
  return strong_mul(spread(p, g, shape), detail::product_of_others(x[0], p.over.of(shape.size(), name)));
}

namespace detail {
using scan_operations = operation_list<cumsum_op, linear_recurrence_op, cumprod_op>;
}  // namespace detail

}  // namespace seegrad
