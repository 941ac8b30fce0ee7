#pragma once
// One operation, one paragraph.
//
//   struct tanh_op : paragraph<1> {
//     static constexpr std::string_view name = "tanh", help = "hyperbolic tangent";
//     static auto value(auto x) { return tanh(x); }
//     static auto d0(auto, auto y) { return 1 - y * y; }     // by operand 0, given the operands and the result y
//   };
//   auto tanh(const lifted auto& x) { return apply<tanh_op>(x); }
//
// From that text come, by instantiating it with another type: the value and the reverse sweep (double), forward mode (dual
// numbers), derivatives that are themselves recorded (traced handles), the checker's complex step (complex numbers), and the
// formulas in docs/operations.md and functions in C++ (text). Nothing about an operation is said anywhere else.
//
// A paragraph may also say: `symbol`, what pictures show in place of the name; `domain`, where it is defined; `samples`, where
// tests draw its operands from; `light`, that its derivative is a few instructions, which the reverse sweep then has in its loop; `yd0`,
// the result times the derivative, where that is smooth and the derivative is not (ops/table/cancel.hpp); `cpp`, the value as an expression
// of C++ in x, or a and b and c, where it calls a function that <cmath> does not have. A paragraph of a user's own, in a program of theirs,
// enters by the same `apply`.

#include <autodiff/graph/operation.hpp>
#include <autodiff/ops/definition/choice.hpp>
#include <autodiff/ops/definition/number.hpp>
#include <string_view>

namespace seegrad {

inline constexpr double infinity = std::numeric_limits<double>::infinity();  ///< The number above all others.
inline constexpr interval positive{0.0, infinity};                           ///< A domain: above 0.

/// Operations, by the types of their paragraphs.
template <class... Ops>
struct operation_list {
  static constexpr int size = sizeof...(Ops);  ///< how many
};

/// What the paragraph of an operation on numbers is derived from: what it says where the paragraph does not.
template <int Arity>
struct paragraph {
  static_assert(1 <= Arity && Arity <= max_arity);
  static constexpr int arity = Arity;             ///< how many operands, 1 to 3
  static constexpr std::string_view symbol = "";  ///< what pictures show in place of the name
  static constexpr std::string_view cpp = "";     ///< the value in C++, where it calls what <cmath> does not have
  using cpp_calls = operation_list<>;             ///< those whose functions `cpp` calls, as `digamma_value(x)`
  static constexpr bool light = false;            ///< its derivative is a few instructions
  static constexpr bool is_predicate = false;     ///< see ops/pointwise/comparison.hpp
  static constexpr bool whole = false;            ///< makes whole numbers of whole numbers
  static constexpr bool chooses = false;          ///< `whole`, and one of the operands: truth values stay such
  static constexpr bool asks_first = false;       ///< of the first operand it asks only whether it is 0
  static constexpr bool stops = false;            ///< its slope is 0 because it is said to be, whatever the value does
  static constexpr intervals domain{};            ///< where it is defined, operand by operand
  /// Where tests draw operands from.
  static constexpr intervals samples{{{-2.5, 2.5}, {-2.5, 2.5}, {-2.5, 2.5}}};
};

/// The local derivative of `Op` by operand `I`; the arguments are the operands and then the result.
template <class Op, int I, class... A>
[[gnu::always_inline]] inline auto partial(const A&... operands_and_result) {
  static_assert(sizeof...(A) == Op::arity + 1);
  if constexpr (I == 0) return Op::d0(operands_and_result...);
  if constexpr (I == 1) return Op::d1(operands_and_result...);
  if constexpr (I == 2) return Op::d2(operands_and_result...);
}

/// Several lists as one, its member `type`.
template <class... Lists>
struct joined;
template <class... A>
struct joined<operation_list<A...>> {
  using type = operation_list<A...>;
};
template <class... A, class... B, class... Rest>
struct joined<operation_list<A...>, operation_list<B...>, Rest...> : joined<operation_list<A..., B...>, Rest...> {};

}  // namespace seegrad
