#pragma once
// What a program of arrays can know before it runs: how long each number is needed, and which instructions go over their elements together.

#include <autodiff/run/arrays/array_code.hpp>

namespace seegrad::detail::run {

/// Beyond so many elements a loop is shared out to threads, by the operation's rule; up to so many bytes an array keeps its memory for the next run.
inline constexpr index_t most_in_one_go = index_t{1} << 15, small_bytes = 4096;

struct array_plan {
  /// Instructions first .. end - 1, which go element by element over arrays of one shape and type.
  struct chain {
    std::uint32_t first, end;
  };
  std::vector<chain> chains;            ///< of two or more, over many elements
  std::vector<std::uint32_t> chain_of;  ///< by instruction; none where it is alone
  std::vector<bool> is_read_back;       ///< by slot: a vjp reads its number
  std::vector<std::uint32_t> made_by;   ///< by slot: the instruction; none for inputs and constants
  std::vector<std::uint32_t> last_use;  ///< by slot: the last instruction that reads it forwards; none for results and the like
  /// By instruction: the slots whose numbers are of no more use after it, for values alone, before the sweep back, and in the sweep back.
  std::vector<std::vector<std::uint32_t>> done_with_values, done_before_sweep, done_in_sweep;

  static constexpr auto none = ~std::uint32_t{0};
};

/// Numbers that are small are kept, so that the next run finds their memory.
auto plan_arrays(const array_code& c) -> array_plan;

}  // namespace seegrad::detail::run
