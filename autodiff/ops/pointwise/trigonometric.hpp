#pragma once
// Circular functions and their inverses; angles are in radians.

#include <autodiff/ops/pointwise/exponential.hpp>

namespace seegrad {

struct sin_op : paragraph<1> {
  static constexpr std::string_view name = "sin", help = "sine";
  static auto value(auto x) { return sin(x); }
  static auto d0(auto x, auto) { return cos(x); }
};
[[gnu::always_inline]] inline auto sin(lifted auto&& x) { return apply<sin_op>(static_cast<decltype(x)>(x)); }

struct cos_op : paragraph<1> {
  static constexpr std::string_view name = "cos", help = "cosine";
  static auto value(auto x) { return cos(x); }
  static auto d0(auto x, auto) { return -sin(x); }
};
[[gnu::always_inline]] inline auto cos(lifted auto&& x) { return apply<cos_op>(static_cast<decltype(x)>(x)); }

struct tan_op : paragraph<1> {
  static constexpr std::string_view name = "tan", help = "tangent";
  static constexpr bool light = true;
  static constexpr intervals samples{{{-1.3, 1.3}}};
  static auto value(auto x) { return tan(x); }
  static auto d0(auto, auto y) { return 1 + rounded(y * y); }
};
[[gnu::always_inline]] inline auto tan(lifted auto&& x) { return apply<tan_op>(static_cast<decltype(x)>(x)); }

struct asin_op : paragraph<1> {
  static constexpr std::string_view name = "asin", help = "arc sine";
  static constexpr bool light = true;
  static constexpr intervals domain{{{-1, 1}}}, samples{{{-0.9, 0.9}}};
  static auto value(auto x) { return asin(x); }
  static auto d0(auto x, auto) { return 1 / sqrt((1 - x) * (1 + x)); }
};
[[gnu::always_inline]] inline auto asin(lifted auto&& x) { return apply<asin_op>(static_cast<decltype(x)>(x)); }

struct acos_op : paragraph<1> {
  static constexpr std::string_view name = "acos", help = "arc cosine";
  static constexpr bool light = true;
  static constexpr intervals domain{{{-1, 1}}}, samples{{{-0.9, 0.9}}};
  static auto value(auto x) { return acos(x); }
  static auto d0(auto x, auto) { return -1 / sqrt((1 - x) * (1 + x)); }
};
[[gnu::always_inline]] inline auto acos(lifted auto&& x) { return apply<acos_op>(static_cast<decltype(x)>(x)); }

struct atan_op : paragraph<1> {
  static constexpr std::string_view name = "atan", help = "arc tangent";
  static constexpr bool light = true;
  static auto value(auto x) { return atan(x); }
  static auto d0(auto x, auto) { return 1 / (1 + rounded(x * x)); }
};
[[gnu::always_inline]] inline auto atan(lifted auto&& x) { return apply<atan_op>(static_cast<decltype(x)>(x)); }

struct atan2_op : paragraph<2> {
  static constexpr std::string_view name = "atan2", help = "angle of the point (b, a)";
  static constexpr intervals samples{{{0.2, 2.5}, {-2.5, 2.5}}};
  static auto value(auto a, auto b) { return atan2(a, b); }
  static auto d0(auto a, auto b, auto) { return over_square(b, hypot(a, b)); }
  static auto d1(auto a, auto b, auto) { return over_square(-a, hypot(a, b)); }

 private:
  static auto over_square(auto x, auto r) { return select(r == infinity, 0.0, x / r / r); }
};
// clang-format off
template <class A, class B> requires operands<A, B>
auto atan2(A&& a, B&& b) { return apply<atan2_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

namespace detail {
using trigonometric_operations = operation_list<sin_op, cos_op, tan_op, asin_op, acos_op, atan_op, atan2_op>;
}  // namespace detail

}  // namespace seegrad
