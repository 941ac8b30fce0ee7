#pragma once
// Hyperbolic functions and their inverses.

#include <autodiff/ops/pointwise/exponential.hpp>

namespace seegrad {

struct sinh_op : paragraph<1> {
  static constexpr std::string_view name = "sinh", help = "hyperbolic sine";
  static auto value(auto x) { return sinh(x); }
  static auto d0(auto x, auto) { return cosh(x); }
};
[[gnu::always_inline]] inline auto sinh(lifted auto&& x) { return apply<sinh_op>(static_cast<decltype(x)>(x)); }

struct cosh_op : paragraph<1> {
  static constexpr std::string_view name = "cosh", help = "hyperbolic cosine";
  static auto value(auto x) { return cosh(x); }
  static auto d0(auto x, auto) { return sinh(x); }
};
[[gnu::always_inline]] inline auto cosh(lifted auto&& x) { return apply<cosh_op>(static_cast<decltype(x)>(x)); }

struct tanh_op : paragraph<1> {
  static constexpr std::string_view name = "tanh", help = "hyperbolic tangent";
  static constexpr bool light = true;
  static auto value(auto x) { return tanh(x); }
  [[gnu::always_inline]] static auto value(double x) -> double { return detail::elementary::tanh(x); }
  // Where y is near 1, the difference from 1 is known better from the other side: 4 e⁻²ˣ / (1 + e⁻²ˣ)².
  static auto d0(auto x, auto y) {
    const auto slope = 1 - y * y;
    return select_seldom(
        slope < 0.01,
        [=] {
          const auto e = exp(-2 * abs(x));
          return 4 * e / square(1 + e);
        },
        slope);
  }
};
[[gnu::always_inline]] inline auto tanh(lifted auto&& x) { return apply<tanh_op>(static_cast<decltype(x)>(x)); }

struct asinh_op : paragraph<1> {
  static constexpr std::string_view name = "asinh", help = "inverse hyperbolic sine";
  static auto value(auto x) { return asinh(x); }
  static auto d0(auto x, auto) { return 1 / hypot(x, 1.0); }
};
[[gnu::always_inline]] inline auto asinh(lifted auto&& x) { return apply<asinh_op>(static_cast<decltype(x)>(x)); }

struct acosh_op : paragraph<1> {
  static constexpr std::string_view name = "acosh", help = "inverse hyperbolic cosine";
  static constexpr bool light = true;
  static constexpr intervals domain{{{1, infinity}}}, samples{{{1.2, 4}}};
  static auto value(auto x) { return acosh(x); }
  static auto d0(auto x, auto) { return 1 / (sqrt(x - 1) * sqrt(x + 1)); }
};
[[gnu::always_inline]] inline auto acosh(lifted auto&& x) { return apply<acosh_op>(static_cast<decltype(x)>(x)); }

struct atanh_op : paragraph<1> {
  static constexpr std::string_view name = "atanh", help = "inverse hyperbolic tangent";
  static constexpr bool light = true;
  static constexpr intervals domain{{{-1, 1}}}, samples{{{-0.9, 0.9}}};
  static auto value(auto x) { return atanh(x); }
  static auto d0(auto x, auto) { return 1 / ((1 - x) * (1 + x)); }
};
[[gnu::always_inline]] inline auto atanh(lifted auto&& x) { return apply<atanh_op>(static_cast<decltype(x)>(x)); }

namespace detail {
using hyperbolic_operations = operation_list<sinh_op, cosh_op, tanh_op, asinh_op, acosh_op, atanh_op>;
}  // namespace detail

}  // namespace seegrad
