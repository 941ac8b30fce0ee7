#pragma once
// Softmax and its logarithm, fused into one node each: a network spends its last layer here.

#include <autodiff/ops/reduction/reduction.hpp>

namespace seegrad {

namespace detail {
/// Into y, which has the shape and the floating-point type of the result.
auto softmax_into(const array& x, index_t axis, bool logarithm, array& y) -> void;
/// y * (g - sum(g * y)), and g - exp(y) * sum(g) for the logarithm, in one pass over each row; an exact 0
/// wins in the products.
auto softmax_vjp(const array& y, const array& g, index_t axis, bool logarithm) -> array;

template <bool Logarithm>
struct softmax_paragraph : structural<1, index_t> {
  static auto value(const index_t& axis, std::span<const array> x) -> array {
    axis_of(axis, x[0].rank(), "softmax");
    auto y = array::uninitialized(floating(x[0].type()), x[0].shape());
    return value_into(axis, x, y), y;
  }
  static auto value_into(const index_t& axis, std::span<const array> x, array& y) -> void {
    softmax_into(x[0], axis, Logarithm, y);
  }
  static auto result(const index_t& p, std::span<const array> x) -> array {
    return axis_of(p, x[0].rank(), "softmax"), stand_in(x[0].shape(), floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const index_t& axis, int, std::span<const T>, const T& y, const T& g) -> T {
    if constexpr (std::same_as<T, array>) return softmax_vjp(y, g, axis, Logarithm);
    else if constexpr (Logarithm) return g - strong_mul(exp(y), sum(g, axis, keep_axes));
    else return strong_mul(y, g - sum(strong_mul(g, y), axis, keep_axes));
  }
  static auto follows(const index_t& axis, int, std::span<const array> x) -> dims {
    return all_axes_but(axis_of(axis, x[0].rank(), "softmax"), x[0].rank());
  }
  static auto text(const index_t& axis) -> std::string { return "axis " + std::to_string(axis); }
  static auto samples() -> samples_t { return {{-1, {{2, 3}}}, {0, {{3, 2}}}, {1, {{2, 3, 2}}}, {0, {{1}}}, {-1, {{2, 40}}}}; }
  static auto wrong() -> samples_t { return {{2, {{2, 3}}}, {0, {{}}}}; }
};
}  // namespace detail

struct softmax_op : detail::softmax_paragraph<false> {
  static constexpr std::string_view name = "softmax", help = "exp(x) / sum(exp(x)) along an axis, without overflow";
};
struct log_softmax_op : detail::softmax_paragraph<true> {
  static constexpr std::string_view name = "log_softmax", help = "log(softmax(x)), without overflow";
};
template <array_like X>
auto softmax(const X& x, index_t axis = -1) -> X {
  return structured<softmax_op>(axis, x);
}
template <array_like X>
auto log_softmax(const X& x, index_t axis = -1) -> X {
  return structured<log_softmax_op>(axis, x);
}

namespace detail {
using softmax_operations = operation_list<softmax_op, log_softmax_op>;
}  // namespace detail

}  // namespace seegrad
