#pragma once
// A number type that writes down what is done to it.
//
// Instantiating a paragraph with `formula` gives its text: tanh_op::d0(x, y) is "1 - y * y". The generated table of operations in
// docs/operations.md is made of these.

#include <autodiff/ops/definition/number.hpp>
#include <string>
#include <string_view>

namespace seegrad {

class formula {
 public:
  enum strength { choice, comparison, sum, product, prefix, atom };

  formula(arithmetic auto x) : formula(number(static_cast<double>(x))) {}
  formula(std::string text, strength s = atom) : text_(std::move(text)), strength_(s) {}

  auto text() const -> const std::string& { return text_; }
  /// The text, in brackets if it binds less than `at_least`.
  auto inside(strength at_least) const -> std::string { return strength_ < at_least ? "(" + text_ + ")" : text_; }

  static auto number(double x) -> formula;
  static auto call(std::string_view function, std::initializer_list<formula> arguments) -> formula;
  static auto infix(std::string_view sign, const formula& a, const formula& b) -> formula;

 private:
  std::string text_;
  strength strength_ = atom;
};

// clang-format off
template <class A, class B> concept formulas = (std::same_as<A, formula> || std::same_as<B, formula>)
    && std::convertible_to<A, formula> && std::convertible_to<B, formula>;

inline auto compared(const formula& a, const char* sign, const formula& b) -> formula {
  return {a.inside(formula::sum) + sign + b.inside(formula::sum), formula::comparison};
}
template <class A, class B> requires formulas<A, B> auto operator<(const A& a, const B& b) { return compared(a, " < ", b); }
template <class A, class B> requires formulas<A, B> auto operator>(const A& a, const B& b) { return compared(a, " > ", b); }
template <class A, class B> requires formulas<A, B> auto operator<=(const A& a, const B& b) { return compared(a, " <= ", b); }
template <class A, class B> requires formulas<A, B> auto operator>=(const A& a, const B& b) { return compared(a, " >= ", b); }
template <class A, class B> requires formulas<A, B> auto operator==(const A& a, const B& b) { return compared(a, " = ", b); }
// clang-format on

inline auto both(const formula& a, const formula& b) -> formula {
  return {a.inside(formula::comparison) + " and " + b.inside(formula::comparison), formula::comparison};
}
template <std::convertible_to<formula> A, std::convertible_to<formula> B>
auto select(const formula& condition, const A& yes, const B& no) -> formula {
  return {formula(yes).inside(formula::comparison) + " if " + condition.text() + " else " + formula(no).text(), formula::choice};
}

template <>
struct lift<formula> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> formula {
    if constexpr (Op::arity == 2 && Op::symbol.size() == 1 && Op::symbol != "^") return formula::infix(Op::symbol, a...);
    else return call<Op>(formula(a)...);
  }

 private:
  template <class Op>
  static auto call(const formula& x) -> formula {
    if constexpr (Op::symbol == "-") return {"-" + x.inside(formula::prefix), formula::prefix};
    else return formula::call(Op::name, {x});
  }
  template <class Op, class... Rest>
  static auto call(const formula& a, const Rest&... rest) -> formula {
    return formula::call(Op::name, {a, rest...});
  }
};

}  // namespace seegrad
