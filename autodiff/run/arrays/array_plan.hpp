#pragma once
// What a program of arrays can know before it runs: how long each number is needed, which instructions go over their elements
// together, and what these compute twice rather than keep.

#include <autodiff/run/arrays/array_uses.hpp>
#include <autodiff/run/arrays/prepared_step.hpp>

namespace seegrad::detail::run {

/// Up to so many bytes an array keeps its memory for the next run.
inline constexpr index_t small_bytes = 4096;

struct array_plan {
  static constexpr auto none = ~std::uint32_t{0};

  /// Instructions first .. end - 1, which go element by element over arrays of one shape and type.
  struct chain {
    std::uint32_t first, end;
  };
  array_uses uses;
  std::vector<chain> chains;            ///< of two or more, over many elements
  std::vector<std::uint32_t> chain_of;  ///< by instruction; none where it is alone
  /// The chain that goes forwards and back at once, as its cotangents can be known before; or none.
  std::uint32_t at_once = none;
  /// By instruction: the slots whose numbers are of no more use after it, for values alone, before the sweep back, and in the sweep back.
  std::vector<std::vector<std::uint32_t>> done_with_values, done_before_sweep, done_in_sweep;
};

/// Finds `chains` and what goes with them, where `uses` are known. `quick` has what is prepared of each instruction.
auto plan_chains(const array_code& c, std::span<const prepared_step> quick, array_plan& plan) -> void;

/// Numbers that are small are kept, so that the next run finds their memory.
auto plan_arrays(const array_code& c, std::span<const prepared_step> quick) -> array_plan;

}  // namespace seegrad::detail::run
