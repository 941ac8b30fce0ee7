#pragma once
// A guard of the record as a program asks it.

#include <autodiff/graph/guard.hpp>
#include <cstdint>
#include <string>

namespace seegrad::detail::run {

using slot = std::uint32_t;
inline constexpr auto no_slot = ~slot{0};

struct question {
  guard asked;
  slot first = no_slot, second = no_slot;  ///< no_slot where it is a number
  std::string text;
  std::size_t number = 0;
};

/// Throws guard_failure if the answer is another for these numbers.
auto ask(const question& q, double first, double second) -> void;

}  // namespace seegrad::detail::run
