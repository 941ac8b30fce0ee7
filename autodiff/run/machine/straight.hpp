#pragma once
// A program as a machine runs it: basic operations and calls, each result a value of its own.

#include <autodiff/run/code.hpp>
#include <autodiff/run/machine/expansion.hpp>
#include <optional>

namespace seegrad::detail::run {

using value_id = std::uint32_t;

/// Where whoever runs it puts and finds numbers.
struct machine_layout {
  std::size_t slots = 0;  ///< those of the program, and some that were added
  places results, slopes;
  std::vector<constant> constants;  ///< those that must stand in slots, since a call wants them there
  slot failed = no_slot;            ///< not 0 where a guard got another answer; no_slot where there is none
};

struct straight_code : machine_layout {
  /// Where a value stands when it is not in a register.
  enum class home : std::uint8_t {
    memory,   ///< in a slot
    number,   ///< in a table that belongs to the code
    input,    ///< in the caller's memory
    passing,  ///< nowhere, unless registers run out
  };
  struct value {
    home at;
    std::uint32_t index = 0;
    bool outlives = false;  ///< it is wanted after the operations up to the next call: by a call, behind it, or as a result
  };
  struct step {
    enum class kind : std::uint8_t { compute, call };
    kind what;
    basic op = basic::move;
    value_id to = 0;
    value_id x[most_basic_operands] = {};  ///< of a call: the operands
    value_id y = 0, back = 0;              ///< of a call to a vjp
    std::uint32_t instruction = 0;         ///< that a call does
  };

  std::vector<step> steps;
  std::vector<value> values;
  std::vector<double> numbers;
};

/// How inputs and operands of calls are reached: at one point in the caller's memory and anywhere, at many in slots.
enum class width { one, many };

/// Nothing where a guard asks what has no instruction.
auto straighten(const code& c, width w) -> std::optional<straight_code>;

}  // namespace seegrad::detail::run
