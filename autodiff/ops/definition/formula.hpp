#pragma once
// Paragraphs as formulas for readers. The generated table of operations in docs/operations.md is made of these.

#include <autodiff/ops/definition/written.hpp>

namespace seegrad {

struct mathematics {
  static constexpr std::string_view equal = " = ", both = " and ";
  static constexpr bool associative = true;

  static auto number(double x) -> written<mathematics>;
  using part = passage::part;
  static auto choice(const part& condition, const part& yes, const part& no) -> std::vector<part> {
    return {yes, {" if "}, condition, {" else "}, no};
  }
};

using formula = written<mathematics>;

template <>
struct lift<formula> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> formula {
    if constexpr (Op::arity == 2 && Op::symbol.size() == 1 && Op::symbol != "^") return formula::infix(Op::symbol, a...);
    else if constexpr (Op::arity == 1 && Op::symbol == "-") return formula::negative(a...);
    else return formula::call(Op::name, {formula(a)...});
  }
};

}  // namespace seegrad
