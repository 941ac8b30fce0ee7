#pragma once
// When each number of a program of arrays is made and for the last time read, forwards and in the sweep back.

#include <algorithm>
#include <autodiff/run/arrays/array_code.hpp>

namespace seegrad::detail::run {

/// Of the numbers of one slot; instructions by their place.
struct slot_life {
  static constexpr auto none = ~std::uint32_t{0};
  std::uint32_t made_by = none;           ///< none for inputs and constants
  std::uint32_t last_use = none;          ///< the last that reads it forwards; none for results and the like
  std::uint32_t read_back_from = 0;       ///< the first whose part of the sweep back reads it
  std::uint32_t read_back_until = none;   ///< and the last, which is the one that comes first forwards
  std::uint32_t made_again_until = none;  ///< the last that is made again and reads it
  bool stays = false;                     ///< an input, a constant, a result, or what a guard asks about
  bool is_read_back = false;              ///< a vjp reads it, or the sweep back computes others from it
  bool is_made_again = false;             ///< the sweep back computes it again, within its chain, so that it is kept nowhere

  auto read_back(std::uint32_t by) -> void {
    is_read_back = true;
    read_back_until = std::min(read_back_until, by);
    read_back_from = std::max(read_back_from, by);
  }
};

struct array_uses {
  std::vector<slot_life> of_slot;
  /// By instruction of few operands: whether its vjps read operand k, or at max_arity the result.
  std::vector<std::array<bool, max_arity + 1>> vjps_read;
  /// By instruction: of what its vjps read the one that is made last, and one more; 0 where that are inputs and constants.
  std::vector<std::uint32_t> latest_read_back;
};

auto find_uses(const array_code& c) -> array_uses;

}  // namespace seegrad::detail::run
