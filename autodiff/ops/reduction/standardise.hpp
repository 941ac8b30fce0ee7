#pragma once
// Rows with mean 0 and variance 1: what layer and group normalisation do before they scale and shift, fused into one node.
//
//   standardise(x, 1e-5);     // (x - mean) / sqrt(variance + eps) along the last axis; the variance is the mean of squares

#include <autodiff/ops/reduction/reduction.hpp>

namespace seegrad {

namespace detail {
/// Shape and type of the result. Throws for a number, which is no row.
auto standardised_like(const array& x) -> array;
/// Into y, which has both.
auto standardise_into(const array& x, double eps, array& y) -> void;
/// (g - mean(g) - y * mean(g * y)) / sqrt(variance + eps), row by row (Ba, Kiros and Hinton, "Layer normalization", 2016).
auto standardise_vjp(const array& x, const array& y, const array& g, double eps) -> array;
}  // namespace detail

struct standardise_op : structural<1, double> {
  static constexpr std::string_view name = "standardise", help = "(x - mean) / sqrt(variance + eps) along the last axis";
  static auto value(const double& eps, std::span<const array> x) -> array {
    auto y = array::uninitialized_like(detail::standardised_like(x[0]));
    return detail::standardise_into(x[0], eps, y), y;
  }
  static auto value_into(const double& eps, std::span<const array> x, array& y) -> void {
    detail::standardise_into(x[0], eps, y);
  }
  static auto result(const double&, std::span<const array> x) -> array { return detail::standardised_like(x[0]); }
  template <class T>
  static auto vjp(const double& eps, int, std::span<const T> x, const T& y, const T& g) -> T {
    if constexpr (std::same_as<T, array>) return detail::standardise_vjp(x[0], y, g, eps);
    else {
      const T centred = x[0] - mean(x[0], -1, keep_axes), spread = sqrt(mean(square(centred), -1, keep_axes) + eps);
      return strong_mul(g - mean(g, -1, keep_axes) - strong_mul(y, mean(strong_mul(g, y), -1, keep_axes)), 1.0 / spread);
    }
  }
  static auto follows(const double&, int, std::span<const array> x) -> dims { return all_axes_but(x[0].rank() - 1, x[0].rank()); }
  static auto text(const double& eps) -> std::string;
  static auto samples() -> samples_t { return {{1e-5, {{2, 3}}}, {0.1, {{40}}}, {0.1, {{2, 2, 17}}}, {0.5, {{3, 1}}}}; }
  static auto wrong() -> samples_t { return {{1e-5, {{}}}}; }
};
/// x [.., n].
template <array_like X>
auto standardise(const X& x, double eps) -> X {
  return structured<standardise_op>(eps, x);
}

namespace detail {
using standardise_operations = operation_list<standardise_op>;
}  // namespace detail

}  // namespace seegrad
