#pragma once
// Comparisons, and what joins them: operations like any other, so that a decision is a node that is made anew whenever the record runs.
//
//   tensor mask = x > 0.0;                    // true or false for each element
//   scalar s = greater(a, b);                 // 1 or 0; a > b of two scalars is a bool, for the program's own branches
//
// Their results have no slope. Over arrays they are truth values, and whole numbers are compared exactly.

#include <autodiff/ops/pointwise/exponential.hpp>

namespace seegrad {

/// What the paragraph of a comparison is derived from. Beside `value` it has a `test`, which arrays of any type go by.
template <int Arity>
struct predicate : paragraph<Arity> {
  static constexpr bool is_predicate = true, light = true;  ///< as the names say
  /// A decision has no slope.
  static auto d0(auto...) { return 0.0; }
  /// Nor by the other.
  static auto d1(auto...) { return 0.0; }
};

struct less_op : predicate<2> {
  static constexpr std::string_view name = "less", symbol = "<", help = "whether a < b: 1 or 0";
  static auto value(auto a, auto b) { return select(a < b, 1.0, 0.0); }
  static auto test(auto a, auto b) -> bool { return a < b; }
};
struct less_equal_op : predicate<2> {
  static constexpr std::string_view name = "less_equal", symbol = "≤", help = "whether a <= b: 1 or 0";
  static auto value(auto a, auto b) { return select(a <= b, 1.0, 0.0); }
  static auto test(auto a, auto b) -> bool { return a <= b; }
};
struct greater_op : predicate<2> {
  static constexpr std::string_view name = "greater", symbol = ">", help = "whether a > b: 1 or 0";
  static auto value(auto a, auto b) { return select(a > b, 1.0, 0.0); }
  static auto test(auto a, auto b) -> bool { return a > b; }
};
struct greater_equal_op : predicate<2> {
  static constexpr std::string_view name = "greater_equal", symbol = "≥", help = "whether a >= b: 1 or 0";
  static auto value(auto a, auto b) { return select(a >= b, 1.0, 0.0); }
  static auto test(auto a, auto b) -> bool { return a >= b; }
};
struct equal_op : predicate<2> {
  static constexpr std::string_view name = "equal", symbol = "=", help = "whether a = b: 1 or 0";
  static auto value(auto a, auto b) { return select(a == b, 1.0, 0.0); }
  static auto test(auto a, auto b) -> bool { return a == b; }
};
struct not_equal_op : predicate<2> {
  static constexpr std::string_view name = "not_equal", symbol = "≠",
                                    help = "whether a and b differ: 1 or 0; NaN differs from all";
  static auto value(auto a, auto b) { return select(a == b, 0.0, 1.0); }
  static auto test(auto a, auto b) -> bool { return a != b; }
};

// Anything but 0 counts as true, NaN too.
struct logical_and_op : predicate<2> {
  static constexpr std::string_view name = "logical_and", symbol = "∧", help = "1 where neither a nor b is 0, else 0";
  static auto value(auto a, auto b) { return select(a == 0, 0.0, select(b == 0, 0.0, 1.0)); }
  static auto test(auto a, auto b) -> bool { return a != 0 && b != 0; }
};
struct logical_or_op : predicate<2> {
  static constexpr std::string_view name = "logical_or", symbol = "∨", help = "0 where a and b are 0, else 1";
  static auto value(auto a, auto b) { return select(a == 0, select(b == 0, 0.0, 1.0), 1.0); }
  static auto test(auto a, auto b) -> bool { return a != 0 || b != 0; }
};
struct logical_xor_op : predicate<2> {
  static constexpr std::string_view name = "logical_xor", symbol = "⊻",
                                    help = "1 where one of a and b is 0 and the other is not, else 0";
  static auto value(auto a, auto b) { return select(a == 0, select(b == 0, 0.0, 1.0), select(b == 0, 1.0, 0.0)); }
  static auto test(auto a, auto b) -> bool { return (a != 0) != (b != 0); }
};
struct logical_not_op : predicate<1> {
  static constexpr std::string_view name = "logical_not", symbol = "¬", help = "1 for 0, else 0";
  static auto value(auto x) { return select(x == 0, 1.0, 0.0); }
  static auto test(auto x) -> bool { return x == 0; }
};

struct isnan_op : predicate<1> {
  static constexpr std::string_view name = "isnan", help = "whether x is NaN: 1 or 0";
  static auto value(auto x) { return select(x == x, 0.0, 1.0); }
  static auto test(auto x) -> bool { return x != x; }
};
struct isinf_op : predicate<1> {
  static constexpr std::string_view name = "isinf", help = "whether x is infinite, of either sign: 1 or 0";
  static auto value(auto x) { return select(abs(x) == infinity, 1.0, 0.0); }
  static auto test(auto x) -> bool { return std::isinf(static_cast<double>(x)); }
};
struct isfinite_op : predicate<1> {
  static constexpr std::string_view name = "isfinite", help = "whether x is neither infinite nor NaN: 1 or 0";
  static auto value(auto x) { return select(abs(x) < infinity, 1.0, 0.0); }
  static auto test(auto x) -> bool { return std::isfinite(static_cast<double>(x)); }
};

// clang-format off
template <class A, class B> requires numbers<A, B> auto less(A&& a, B&& b) { return apply<less_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto less_equal(A&& a, B&& b) { return apply<less_equal_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto greater(A&& a, B&& b) { return apply<greater_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto greater_equal(A&& a, B&& b) { return apply<greater_equal_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto equal(A&& a, B&& b) { return apply<equal_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto not_equal(A&& a, B&& b) { return apply<not_equal_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto logical_and(A&& a, B&& b) { return apply<logical_and_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto logical_or(A&& a, B&& b) { return apply<logical_or_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
template <class A, class B> requires numbers<A, B> auto logical_xor(A&& a, B&& b) { return apply<logical_xor_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
auto logical_not(numbers auto&& x) { return apply<logical_not_op>(static_cast<decltype(x)>(x)); }

template <class A, class B> requires detail::with_arrays<A, B> auto operator<(const A& a, const B& b) { return apply<less_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator<=(const A& a, const B& b) { return apply<less_equal_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator>(const A& a, const B& b) { return apply<greater_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator>=(const A& a, const B& b) { return apply<greater_equal_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator==(const A& a, const B& b) { return apply<equal_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator!=(const A& a, const B& b) { return apply<not_equal_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator&(const A& a, const B& b) { return apply<logical_and_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator|(const A& a, const B& b) { return apply<logical_or_op>(a, b); }
template <class A, class B> requires detail::with_arrays<A, B> auto operator^(const A& a, const B& b) { return apply<logical_xor_op>(a, b); }
template <class A> requires detail::with_arrays<A> auto operator!(const A& x) { return apply<logical_not_op>(x); }
template <class A> requires detail::with_arrays<A> auto isnan(const A& x) { return apply<isnan_op>(x); }
template <class A> requires detail::with_arrays<A> auto isinf(const A& x) { return apply<isinf_op>(x); }
template <class A> requires detail::with_arrays<A> auto isfinite(const A& x) { return apply<isfinite_op>(x); }
// clang-format on

namespace detail {
using comparison_operations =
    operation_list<less_op, less_equal_op, greater_op, greater_equal_op, equal_op, not_equal_op, logical_and_op, logical_or_op,
                   logical_xor_op, logical_not_op, isnan_op, isinf_op, isfinite_op>;
}  // namespace detail

}  // namespace seegrad
