#pragma once
// Functions with kinks or jumps. Where no derivative exists, the one chosen here lies between the two one-sided slopes, and the
// checker says KINK.

#include <autodiff/ops/pointwise/special.hpp>

namespace seegrad {

struct step_op : paragraph<1> {
  static constexpr std::string_view name = "step",
                                    help = "1 for x > 0, else 0: the derivative chosen for relu; its own slope is 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return select(x > 0, 1.0, select(x <= 0, 0.0, x)); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto step(numbers auto&& x) { return apply<step_op>(static_cast<decltype(x)>(x)); }

struct floor_op : paragraph<1> {
  static constexpr std::string_view name = "floor", help = "largest whole number not above x; slope 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return floor(x); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto floor(lifted auto&& x) { return apply<floor_op>(static_cast<decltype(x)>(x)); }

struct ceil_op : paragraph<1> {
  static constexpr std::string_view name = "ceil", help = "smallest whole number not below x; slope 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return ceil(x); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto ceil(lifted auto&& x) { return apply<ceil_op>(static_cast<decltype(x)>(x)); }

struct round_op : paragraph<1> {
  static constexpr std::string_view name = "round", help = "nearest whole number, halves away from 0; slope 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return round(x); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto round(lifted auto&& x) { return apply<round_op>(static_cast<decltype(x)>(x)); }

struct trunc_op : paragraph<1> {
  static constexpr std::string_view name = "trunc", help = "whole part; slope 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return trunc(x); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto trunc(lifted auto&& x) { return apply<trunc_op>(static_cast<decltype(x)>(x)); }

struct fmod_op : paragraph<2> {
  static constexpr std::string_view name = "fmod", help = "remainder of a / b with the sign of a";
  static constexpr intervals samples{{{-2.5, 2.5}, {0.3, 2.5}}};
  static constexpr bool whole = true;
  static auto value(auto a, auto b) { return fmod(a, b); }
  static auto d0(auto, auto, auto) { return 1.0; }
  // Not of a / b, which may round to the next whole number.
  static auto d1(auto a, auto b, auto y) { return -round((a - y) / b); }
};
// clang-format off
template <class A, class B> requires operands<A, B>
auto fmod(A&& a, B&& b) { return apply<fmod_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct copysign_op : paragraph<2> {
  static constexpr std::string_view name = "copysign", help = "magnitude of a with the sign of b";
  static auto value(auto a, auto b) { return copysign(a, b); }
  static auto d0(auto a, auto b, auto) { return sign(a) * copysign(1.0, b); }
  static auto d1(auto, auto, auto) { return 0.0; }
};
// clang-format off
template <class A, class B> requires operands<A, B>
auto copysign(A&& a, B&& b) { return apply<copysign_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct min_op : paragraph<2> {
  static constexpr std::string_view name = "min", help = "the smaller; each gets half the slope where they are equal; NaN wins";
  static constexpr bool light = true, whole = true, chooses = true;
  static auto value(auto a, auto b) { return select(a < b, a, select(b <= a, b, a + b)); }
  static auto d0(auto a, auto b, auto) { return select(a < b, 1.0, select(b < a, 0.0, 0.5)); }
  static auto d1(auto a, auto b, auto) { return select(b < a, 1.0, select(a < b, 0.0, 0.5)); }
};
// clang-format off
template <class A, class B> requires numbers<A, B>
auto min(A&& a, B&& b) { return apply<min_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B>
auto minimum(A&& a, B&& b) { return apply<min_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct max_op : paragraph<2> {
  static constexpr std::string_view name = "max", help = "the larger; each gets half the slope where they are equal; NaN wins";
  static constexpr bool light = true, whole = true, chooses = true;
  static auto value(auto a, auto b) { return select(a > b, a, select(b >= a, b, a + b)); }
  static auto d0(auto a, auto b, auto) { return select(a > b, 1.0, select(b > a, 0.0, 0.5)); }
  static auto d1(auto a, auto b, auto) { return select(b > a, 1.0, select(a > b, 0.0, 0.5)); }
};
// clang-format off
template <class A, class B> requires numbers<A, B>
auto max(A&& a, B&& b) { return apply<max_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B>
auto maximum(A&& a, B&& b) { return apply<max_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct clamp_op : paragraph<3> {
  static constexpr std::string_view name = "clamp", help = "a held between b and c; at a bound the slope is that of a";
  static constexpr bool light = true, whole = true, chooses = true;
  static constexpr intervals samples{{{-2.5, 2.5}, {-1.5, -0.5}, {0.5, 1.5}}};
  static auto value(auto a, auto b, auto c) { return select(a < b, b, select(a > c, c, a)); }
  static auto d0(auto a, auto b, auto c, auto) { return select(a < b, 0.0, select(a > c, 0.0, 1.0)); }
  static auto d1(auto a, auto b, auto, auto) { return select(a < b, 1.0, 0.0); }
  static auto d2(auto a, auto b, auto c, auto) { return select(a < b, 0.0, select(a > c, 1.0, 0.0)); }
};
// clang-format off
template <class A, class B, class C> requires numbers<A, B, C>
auto clamp(const A& a, const B& b, const C& c) { return apply<clamp_op>(a, b, c); }
template <class A, class B, class C> requires numbers<A, B, C>
auto clip(const A& a, const B& b, const C& c) { return apply<clamp_op>(a, b, c); }  // its name in numpy
// clang-format on

struct select_op : paragraph<3> {
  static constexpr std::string_view name = "select", help = "b where a is not 0, else c; slope 0 by a";
  static constexpr bool light = true, whole = true, chooses = true, asks_first = true;
  static constexpr intervals samples{{{0.5, 1}, {-2.5, 2.5}, {-2.5, 2.5}}};
  static auto value(auto a, auto b, auto c) { return select(a == 0, c, b); }
  static auto d0(auto, auto, auto, auto) { return 0.0; }
  static auto d1(auto a, auto, auto, auto) { return select(a == 0, 0.0, 1.0); }
  static auto d2(auto a, auto, auto, auto) { return select(a == 0, 1.0, 0.0); }
};
// clang-format off
template <class A, class B, class C> requires numbers<A, B, C>
auto select(const A& a, const B& b, const C& c) { return apply<select_op>(a, b, c); }
template <class A, class B, class C> requires numbers<A, B, C>
auto where(const A& a, const B& b, const C& c) { return apply<select_op>(a, b, c); }  // its name in numpy
// clang-format on

namespace detail {
using piecewise_operations =
    operation_list<step_op, floor_op, ceil_op, round_op, trunc_op, fmod_op, copysign_op, min_op, max_op, clamp_op, select_op>;
}  // namespace detail

}  // namespace seegrad
