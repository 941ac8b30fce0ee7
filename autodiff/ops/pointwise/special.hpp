#pragma once
// Error function, gamma function and their relatives. digamma and polygamma stand in special.cpp, and are in part from Boost.Math.

#include <autodiff/ops/pointwise/special_source.hpp>
#include <autodiff/ops/pointwise/trigonometric.hpp>

namespace seegrad {

/// NaN at the poles 0, -1, -2, … and for orders that are not whole numbers.
auto digamma(double x) -> double;
/// std::lgamma keeps the sign in a global variable, which two threads must not write to; this one does not.
auto lgamma(double x) -> double;
/// The derivative of that order of digamma, a whole number from 0 on.
auto polygamma(double order, double x) -> double;

struct erf_op : paragraph<1> {
  static constexpr std::string_view name = "erf", help = "error function";
  static auto value(auto x) { return erf(x); }
  static auto d0(auto x, auto) { return 2 * std::numbers::inv_sqrtpi * exp(-(x * x)); }
};
[[gnu::always_inline]] inline auto erf(lifted auto&& x) { return apply<erf_op>(static_cast<decltype(x)>(x)); }

struct erfc_op : paragraph<1> {
  static constexpr std::string_view name = "erfc", help = "1 - erf(x), accurate for large x";
  static auto value(auto x) { return erfc(x); }
  static auto d0(auto x, auto) { return -2 * std::numbers::inv_sqrtpi * exp(-(x * x)); }
};
[[gnu::always_inline]] inline auto erfc(lifted auto&& x) { return apply<erfc_op>(static_cast<decltype(x)>(x)); }

struct polygamma_op : paragraph<2> {
  static constexpr std::string_view name = "polygamma",
                                    help = "derivative number a of digamma at b, for whole a >= 0; not differentiable by a",
                                    cpp = detail::polygamma_source;
  using cpp_calls = operation_list<struct digamma_op>;
  static constexpr intervals domain{{{0, infinity}, positive}}, samples{{{1, 1}, {0.5, 4}}};
  static auto value(auto a, auto b) { return polygamma(a, b); }
  static auto d0(auto, auto, auto) { return std::numeric_limits<double>::quiet_NaN(); }
  static auto d1(auto a, auto b, auto) { return polygamma(a + 1, b); }
};
// clang-format off
template <class A, class B> requires operands<A, B>
auto polygamma(A&& a, B&& b) { return apply<polygamma_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct digamma_op : paragraph<1> {
  static constexpr std::string_view name = "digamma", help = "logarithmic derivative of the gamma function",
                                    cpp = detail::digamma_source;
  static constexpr intervals samples{{{0.3, 4}}};
  static auto value(auto x) { return digamma(x); }
  static auto d0(auto x, auto) { return polygamma(1.0, x); }
};
[[gnu::always_inline]] inline auto digamma(lifted auto&& x) { return apply<digamma_op>(static_cast<decltype(x)>(x)); }

struct lgamma_op : paragraph<1> {
  static constexpr std::string_view name = "lgamma", help = "logarithm of the absolute value of the gamma function";
  static constexpr intervals samples{{{0.3, 4}}};
  static auto value(auto x) { return lgamma(x); }
  static auto d0(auto x, auto) { return digamma(x); }
};
[[gnu::always_inline]] inline auto lgamma(lifted auto&& x) { return apply<lgamma_op>(static_cast<decltype(x)>(x)); }

struct tgamma_op : paragraph<1> {
  static constexpr std::string_view name = "tgamma", help = "gamma function";
  static constexpr intervals samples{{{0.3, 4}}};
  static auto value(auto x) { return tgamma(x); }
  static auto d0(auto x, auto y) { return y * digamma(x); }
};
[[gnu::always_inline]] inline auto tgamma(lifted auto&& x) { return apply<tgamma_op>(static_cast<decltype(x)>(x)); }

namespace detail {
using special_operations = operation_list<erf_op, erfc_op, polygamma_op, digamma_op, lgamma_op, tgamma_op>;
}  // namespace detail

}  // namespace seegrad
