#pragma once
// What a program does, as a list of instructions over slots: memory for a number of each point that is computed at once.
//
// An instruction is one operation forwards, or what one of its operands gets backwards. Slots are filled from the point, the seeds and the
// constants before the first instruction; which slot a number has, and for how long, is planned once (run/passes/plan_slots.cpp). What makes a code, and what
// changes it, are passes: run/passes/passes.hpp has them all.

#include <autodiff/graph/graph.hpp>
#include <autodiff/run/question.hpp>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace seegrad::detail::run {

struct instruction {
  enum class kind : std::uint8_t {
    value,    ///< to = op(x…)
    vjp,      ///< to = back × the local derivative by operand `by`
    vjp_add,  ///< to += the same
    add,      ///< to = x[0] + x[1], of two adjoints
  };
  const operation* op;
  kind what;
  std::uint8_t by = 0;
  slot to = no_slot;
  slot x[max_arity] = {no_slot, no_slot, no_slot};
  slot y = no_slot, back = no_slot;  ///< of vjp: the result and its adjoint
  node_id node = 0;                  ///< that it comes from
};

struct constant {
  slot to;
  double value;
};

/// Where a number of a point, a seed or a result stands; no_slot of an input that nothing depends on, whose derivative is 0.
using places = std::vector<slot>;

struct code {
  std::vector<instruction> instructions;
  /// So many of them come before the questions. Values behind are computed of values, for derivatives alone.
  std::size_t forward = 0;
  std::size_t slots = 0;
  bool is_settled = false;  ///< it is not to be run sideways, and passes have done what they do then
  places inputs, seeds, results, slopes;
  std::vector<constant> constants;
  std::vector<question> questions;
};

/// As a person reads it, a line for each instruction: `s3 += s4 × ∂2 mul(s1, _)` adds to slot 3 what slot 4 times the derivative by the second operand gives,
/// which does not look at that operand; behind a semicolon stands the result of the operation where its derivative looks at that.
auto to_text(const code& c) -> std::string;
/// As lines of text that from_file reads back (run/program_file.cpp says how they look). Throws for an operation that is not in the library's list, and for a guard
/// that is no comparison.
auto to_file(const code& c) -> std::string;
/// With a slot of its own for every number, as lower gives it. Throws for what is no such text, with the line.
auto from_file(std::istream& in) -> code;
/// As functions in C++; both codes of one program, planned.
auto to_cpp(const code& values, const code& slopes, std::string_view name) -> std::string;

}  // namespace seegrad::detail::run
