#pragma once
// Operations in terms of what a processor has instructions for.
//
// The text of a paragraph says how a value or a derivative is made of others. Recorded once, over numbers that stand for any, it is a list of basic operations,
// unless it calls a function that no processor has, such as exp.

#include <autodiff/graph/operation.hpp>
#include <cstdint>
#include <vector>

namespace seegrad::detail::run {

enum class basic : std::uint8_t {
  // Of one number.
  move,
  neg,
  abs,
  sqrt,
  floor,
  ceil,
  trunc,
  // Of two.
  add,
  sub,
  mul,
  div,
  copysign,
  strong_mul,
  // Of three.
  fma,
  // Of four: the third where the first two compare so, else the fourth.
  where_less,
  where_less_equal,
  where_equal,
};

inline auto operands_of(basic b) -> int { return b < basic::add ? 1 : b < basic::fma ? 2 : b == basic::fma ? 3 : 4; }
inline constexpr int most_basic_operands = 4;

/// What a basic operation is done with.
struct term {
  enum class kind : std::uint8_t { operand, result, number, step };
  kind what = kind::number;
  int index = 0;  ///< of the operand, or of an earlier step
  double number = 0;
};

struct expansion {
  struct step {
    basic what;
    term x[most_basic_operands];
  };
  std::vector<step> steps;
  term value;
};

/// Of the value (by = -1), or of the local derivative by an operand, of which the result is an operand, too. Null where it needs a function. Found once for each operation.
auto expansion_of(const operation& op, int by) -> const expansion*;

}  // namespace seegrad::detail::run
