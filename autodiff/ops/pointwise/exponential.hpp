#pragma once
// Exponentials, logarithms, powers and roots.

#include <autodiff/ops/definition/elementary.hpp>
#include <autodiff/ops/pointwise/arithmetic.hpp>
#include <numbers>

namespace seegrad {

struct exp_op : paragraph<1> {
  static constexpr std::string_view name = "exp", help = "e to the power x";
  static constexpr bool light = true;
  static auto value(auto x) { return exp(x); }
  [[gnu::always_inline]] static auto value(double x) -> double { return detail::elementary::exp(x); }
  static auto d0(auto, auto y) { return y; }
};
[[gnu::always_inline]] inline auto exp(lifted auto&& x) { return apply<exp_op>(static_cast<decltype(x)>(x)); }

struct exp2_op : paragraph<1> {
  static constexpr std::string_view name = "exp2", help = "2 to the power x";
  static constexpr bool light = true;
  static auto value(auto x) { return exp2(x); }
  static auto d0(auto, auto y) { return std::numbers::ln2 * y; }
};
[[gnu::always_inline]] inline auto exp2(lifted auto&& x) { return apply<exp2_op>(static_cast<decltype(x)>(x)); }

struct expm1_op : paragraph<1> {
  static constexpr std::string_view name = "expm1", help = "exp(x) - 1, accurate near 0";
  static auto value(auto x) { return expm1(x); }
  static auto d0(auto x, auto) { return exp(x); }  // y + 1 would lose all digits for large negative x.
};
[[gnu::always_inline]] inline auto expm1(lifted auto&& x) { return apply<expm1_op>(static_cast<decltype(x)>(x)); }

struct log_op : paragraph<1> {
  static constexpr std::string_view name = "log", help = "natural logarithm";
  static constexpr bool light = true;
  static constexpr intervals domain{{positive}}, samples{{{0.2, 4}}};
  static auto value(auto x) { return log(x); }
  [[gnu::always_inline]] static auto value(double x) -> double { return detail::elementary::log(x); }
  static auto d0(auto x, auto) { return 1 / x; }
};
[[gnu::always_inline]] inline auto log(lifted auto&& x) { return apply<log_op>(static_cast<decltype(x)>(x)); }

struct log2_op : paragraph<1> {
  static constexpr std::string_view name = "log2", help = "logarithm to base 2";
  static constexpr bool light = true;
  static constexpr intervals domain{{positive}}, samples{{{0.2, 4}}};
  static auto value(auto x) { return log2(x); }
  static auto d0(auto x, auto) { return std::numbers::log2e / x; }
};
[[gnu::always_inline]] inline auto log2(lifted auto&& x) { return apply<log2_op>(static_cast<decltype(x)>(x)); }

struct log10_op : paragraph<1> {
  static constexpr std::string_view name = "log10", help = "logarithm to base 10";
  static constexpr bool light = true;
  static constexpr intervals domain{{positive}}, samples{{{0.2, 4}}};
  static auto value(auto x) { return log10(x); }
  static auto d0(auto x, auto) { return std::numbers::log10e / x; }
};
[[gnu::always_inline]] inline auto log10(lifted auto&& x) { return apply<log10_op>(static_cast<decltype(x)>(x)); }

struct log1p_op : paragraph<1> {
  static constexpr std::string_view name = "log1p", help = "log(1 + x), accurate near 0";
  static constexpr bool light = true;
  static constexpr intervals domain{{{-1, infinity}}}, samples{{{-0.8, 3}}};
  static auto value(auto x) { return log1p(x); }
  static auto d0(auto x, auto) { return 1 / (1 + x); }
};
[[gnu::always_inline]] inline auto log1p(lifted auto&& x) { return apply<log1p_op>(static_cast<decltype(x)>(x)); }

struct sqrt_op : paragraph<1> {
  static constexpr std::string_view name = "sqrt", symbol = "√", help = "square root";
  static constexpr bool light = true;
  static constexpr intervals domain{{positive}}, samples{{{0.2, 4}}};
  static auto value(auto x) { return sqrt(x); }
  static auto d0(auto, auto y) { return 0.5 / y; }
  static auto yd0(auto, auto) { return 0.5; }
};
[[gnu::always_inline]] inline auto sqrt(lifted auto&& x) { return apply<sqrt_op>(static_cast<decltype(x)>(x)); }

struct cbrt_op : paragraph<1> {
  static constexpr std::string_view name = "cbrt", symbol = "∛", help = "cube root";
  static constexpr bool light = true;
  static constexpr intervals samples{{{0.2, 4}}};
  static auto value(auto x) { return cbrt(x); }
  static auto d0(auto, auto y) { return 1 / (3 * (y * y)); }
};
[[gnu::always_inline]] inline auto cbrt(lifted auto&& x) { return apply<cbrt_op>(static_cast<decltype(x)>(x)); }

struct hypot_op : paragraph<2> {
  static constexpr std::string_view name = "hypot",
                                    help = "sqrt(a² + b²) without overflow; derivative 0 at (0, 0), none where both are infinite";
  static constexpr bool light = true;
  static auto value(auto a, auto b) { return hypot(a, b); }
  static auto d0(auto a, auto b, auto y) { return share(a, b, y); }
  static auto d1(auto a, auto b, auto y) { return share(b, a, y); }
  static auto yd0(auto a, auto, auto) { return a; }
  static auto yd1(auto, auto b, auto) { return b; }

 private:
  // The cosine of the angle to the axis of a. An infinite y may be that of finite numbers, and of one infinite a the limit is its sign.
  static auto share(auto a, auto b, auto y) {
    return select_seldom(
        y == infinity,
        [=] {
          const auto p = 0.25 * a, q = 0.25 * b;
          return select(both(abs(a) == infinity, abs(b) < infinity), sign(a), p / hypot(p, q));
        },
        select(y == 0, 0.0, a / y));
  }
};
// clang-format off
template <class A, class B> requires operands<A, B>
auto hypot(A&& a, B&& b) { return apply<hypot_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

// pow(0, 0) is 1 and pow(x, 0) has slope 0, as in <cmath> and everywhere in this field. The derivative by the exponent is real only for a
// positive base: at base 0 it is the limit 0, for a negative base NaN says that there is none.
struct pow_op : paragraph<2> {
  static constexpr std::string_view name = "pow", symbol = "^", help = "a to the power b";
  static constexpr intervals samples{{{0.3, 2.5}, {-2.5, 2.5}}};
  static auto value(auto a, auto b) { return pow(a, b); }
  static auto d0(auto a, auto b, auto) { return select(b == 0, 0.0, strong_mul(b, pow(a, b - 1))); }
  static auto d1(auto a, auto b, auto y) {
    return select(both(a == 0, b >= 0), 0.0, select(both(a > 0, y == 0), 0.0, y * log(a)));
  }
};
// clang-format off
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto pow(A&& a, B&& b) { return apply<pow_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct logaddexp_op : paragraph<2> {
  static constexpr std::string_view name = "logaddexp", help = "log(exp(a) + exp(b)) without overflow";
  static auto value(auto a, auto b) {
    return select(a == b, 0.5 * a + 0.5 * b + std::numbers::ln2, select(a > b, a + log1p(exp(b - a)), b + log1p(exp(a - b))));
  }
  static auto d0(auto a, auto b, auto) { return select(a == b, 0.5, 1 / (1 + exp(b - a))); }
  static auto d1(auto a, auto b, auto) { return select(a == b, 0.5, 1 / (1 + exp(a - b))); }
};
// clang-format off
template <class A, class B> requires numbers<A, B>
auto logaddexp(A&& a, B&& b) { return apply<logaddexp_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

namespace detail {
using exponential_operations = operation_list<exp_op, exp2_op, expm1_op, log_op, log2_op, log10_op, log1p_op, sqrt_op, cbrt_op,
                                              hypot_op, pow_op, logaddexp_op>;
}  // namespace detail

}  // namespace seegrad
