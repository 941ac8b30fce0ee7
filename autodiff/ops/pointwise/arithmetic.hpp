#pragma once
// Sums, products and their relatives, sign and absolute value.

#include <autodiff/ops/definition/paragraph.hpp>

namespace seegrad {

struct add_op : paragraph<2> {
  static constexpr std::string_view name = "add", symbol = "+", help = "sum";
  static constexpr bool light = true, whole = true;
  static auto value(auto a, auto b) { return a + b; }
  static auto d0(auto, auto, auto) { return 1.0; }
  static auto d1(auto, auto, auto) { return 1.0; }
};

struct sub_op : paragraph<2> {
  static constexpr std::string_view name = "sub", symbol = "-", help = "difference";
  static constexpr bool light = true, whole = true;
  static auto value(auto a, auto b) { return a - b; }
  static auto d0(auto, auto, auto) { return 1.0; }
  static auto d1(auto, auto, auto) { return -1.0; }
};

struct mul_op : paragraph<2> {
  static constexpr std::string_view name = "mul", symbol = "*", help = "product";
  static constexpr bool light = true, whole = true;
  static auto value(auto a, auto b) { return a * b; }
  static auto d0(auto, auto b, auto) { return b; }
  static auto d1(auto a, auto, auto) { return a; }
};

struct div_op : paragraph<2> {
  static constexpr std::string_view name = "div", symbol = "/", help = "quotient";
  static constexpr bool light = true;
  static constexpr intervals samples{{{-2.5, 2.5}, {0.3, 2.5}}};
  static auto value(auto a, auto b) { return a / b; }
  static auto d0(auto, auto b, auto) { return 1 / b; }
  static auto d1(auto, auto b, auto y) { return -y / b; }
};

struct neg_op : paragraph<1> {
  static constexpr std::string_view name = "neg", symbol = "-", help = "negation";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return -x; }
  static auto d0(auto, auto) { return -1.0; }
};

struct square_op : paragraph<1> {
  static constexpr std::string_view name = "square", symbol = "x²", help = "x * x";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return x * x; }
  static auto d0(auto x, auto) { return 2 * x; }
};

struct fma_op : paragraph<3> {
  static constexpr std::string_view name = "fma", help = "a * b + c, rounded once";
  static constexpr bool light = true, whole = true;
  static auto value(auto a, auto b, auto c) { return fma(a, b, c); }
  static auto d0(auto, auto b, auto, auto) { return b; }
  static auto d1(auto a, auto, auto, auto) { return a; }
  static auto d2(auto, auto, auto, auto) { return 1.0; }
};

// The rule by which derivatives are passed on, as an operation, so that it holds where passing on is itself recorded.
struct strong_mul_op : paragraph<2> {
  static constexpr std::string_view name = "strong_mul", symbol = "×",
                                    help = "product in which an exact 0 wins, also against infinity and NaN",
                                    cpp = "a == 0 || b == 0 ? 0.0 : a * b";
  static constexpr bool light = true;
  static auto value(auto a, auto b) { return strong_mul(a, b); }
  static auto d0(auto, auto b, auto) { return b; }
  static auto d1(auto a, auto, auto) { return a; }
};

// clang-format off
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto operator+(A&& a, B&& b) { return apply<add_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto operator-(A&& a, B&& b) { return apply<sub_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto operator*(A&& a, B&& b) { return apply<mul_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto operator/(A&& a, B&& b) { return apply<div_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires operands<A, B>
[[gnu::always_inline]] inline auto strong_mul(A&& a, B&& b) { return apply<strong_mul_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B, class C> requires operands<A, B, C>
auto fma(const A& a, const B& b, const C& c) { return apply<fma_op>(a, b, c); }
// clang-format on

[[gnu::always_inline]] inline auto operator-(lifted auto&& x) { return apply<neg_op>(static_cast<decltype(x)>(x)); }
[[gnu::always_inline]] inline auto operator+(lifted auto&& x) {
  return std::remove_cvref_t<decltype(x)>(static_cast<decltype(x)>(x));
}
[[gnu::always_inline]] inline auto square(numbers auto&& x) { return apply<square_op>(static_cast<decltype(x)>(x)); }

/// The sum in a new node, for which the variable stands from here on.
template <lifted T, class B>
  requires operands<T, B>
[[gnu::always_inline]] inline auto operator+=(T& a, B&& b) -> T& {
  return a = a + static_cast<B&&>(b);
}
/// The difference in a new node, for which the variable stands from here on.
template <lifted T, class B>
  requires operands<T, B>
[[gnu::always_inline]] inline auto operator-=(T& a, B&& b) -> T& {
  return a = a - static_cast<B&&>(b);
}
/// The product in a new node, for which the variable stands from here on.
template <lifted T, class B>
  requires operands<T, B>
[[gnu::always_inline]] inline auto operator*=(T& a, B&& b) -> T& {
  return a = a * static_cast<B&&>(b);
}
/// The quotient in a new node, for which the variable stands from here on.
template <lifted T, class B>
  requires operands<T, B>
[[gnu::always_inline]] inline auto operator/=(T& a, B&& b) -> T& {
  return a = a / static_cast<B&&>(b);
}

struct identity_op : paragraph<1> {
  static constexpr std::string_view name = "identity", help = "x, in a node of its own";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return x; }
  static auto d0(auto, auto) { return 1.0; }
};
[[gnu::always_inline]] inline auto identity(numbers auto&& x) { return apply<identity_op>(static_cast<decltype(x)>(x)); }

struct stop_gradient_op : paragraph<1> {
  static constexpr std::string_view name = "stop_gradient",
                                    help = "x, through which no derivative passes: a constant to every rule";
  static constexpr bool light = true, whole = true, stops = true;
  static auto value(auto x) { return x; }
  static auto d0(auto, auto) { return 0.0; }
};
/// The value as it is wherever the record is run, for a program or a replay too, unlike detach(x), which is a number outside of the record.
[[gnu::always_inline]] inline auto stop_gradient(numbers auto&& x) {
  return apply<stop_gradient_op>(static_cast<decltype(x)>(x));
}

struct sign_op : paragraph<1> {
  static constexpr std::string_view name = "sign", help = "-1, 0 or 1";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return select(x > 0, 1.0, select(x < 0, -1.0, x)); }
  static auto d0(auto, auto) { return 0.0; }
};
[[gnu::always_inline]] inline auto sign(numbers auto&& x) { return apply<sign_op>(static_cast<decltype(x)>(x)); }

struct abs_op : paragraph<1> {
  static constexpr std::string_view name = "abs", symbol = "|x|", help = "absolute value; slope 0 at 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return abs(x); }
  static auto d0(auto x, auto) { return sign(x); }
  static auto yd0(auto x, auto) { return x; }
};
[[gnu::always_inline]] inline auto abs(lifted auto&& x) { return apply<abs_op>(static_cast<decltype(x)>(x)); }

namespace detail {
using arithmetic_operations = operation_list<add_op, sub_op, mul_op, div_op, neg_op, square_op, fma_op, strong_mul_op,
                                             identity_op, sign_op, abs_op, stop_gradient_op>;
}  // namespace detail

}  // namespace seegrad
