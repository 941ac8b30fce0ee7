#pragma once
// What a program of arrays can know before it runs: how long each number is needed, which instructions go over their elements
// together, and what these compute twice rather than keep.

#include <autodiff/run/arrays/array_code.hpp>
#include <autodiff/run/arrays/prepared_step.hpp>

namespace seegrad::detail::run {

/// Beyond so many elements a loop is shared out to threads, by the operation's rule; up to so many bytes an array keeps its memory for the next run.
inline constexpr index_t most_in_one_go = index_t{1} << 15, small_bytes = 4096;

struct array_plan {
  static constexpr auto none = ~std::uint32_t{0};

  /// Instructions first .. end - 1, which go element by element over arrays of one shape and type.
  struct chain {
    std::uint32_t first, end;
  };
  std::vector<chain> chains;            ///< of two or more, over many elements
  std::vector<std::uint32_t> chain_of;  ///< by instruction; none where it is alone
  /// The chain that goes forwards and back at once, as its cotangents can be known before; or none.
  std::uint32_t at_once = none;
  /// By instruction of few operands: whether its vjps read operand k, or at max_arity the result.
  std::vector<std::array<bool, max_arity + 1>> vjps_read;
  std::vector<bool> is_read_back;   ///< by slot: a vjp reads its number, or the sweep back computes others from it
  std::vector<bool> is_made_again;  ///< by slot: the sweep back computes it again, within its chain, so that it is kept nowhere
  std::vector<std::uint32_t> made_by;   ///< by slot: the instruction; none for inputs and constants
  std::vector<std::uint32_t> last_use;  ///< by slot: the last instruction that reads it forwards; none for results and the like
  std::vector<std::uint32_t> read_back_until;   ///< by slot: the instruction whose part of the sweep back is the last to read it
  std::vector<std::uint32_t> made_again_until;  ///< by slot: the last instruction that is made again and reads it
  /// By instruction: the slots whose numbers are of no more use after it, for values alone, before the sweep back, and in the sweep back.
  std::vector<std::vector<std::uint32_t>> done_with_values, done_before_sweep, done_in_sweep;
};

/// Numbers that are small are kept, so that the next run finds their memory. `quick` has what is prepared of each instruction.
auto plan_arrays(const array_code& c, std::span<const prepared_step> quick) -> array_plan;

}  // namespace seegrad::detail::run
