#pragma once
// The operands of an instruction, as its rule and as a prepared call want them.

#include <autodiff/array/few.hpp>
#include <autodiff/run/arrays/array_code.hpp>

namespace seegrad::detail::run {

inline auto operands_of(const array_code& c, const array_instruction& i, const std::vector<array>& values) -> few<array> {
  few<array> x(i.count);
  for (std::uint32_t k = 0; k < i.count; ++k) x[k] = values[c.operands[i.first + k]];
  return x;
}

inline auto numbers_of(const few<array>& x, double* to) -> void {
  for (std::size_t k = 0; k < x.size(); ++k) to[k] = x[k].item();
}

/// Their addresses, if all are of one piece or constants, of which it is known how they lie.
inline auto addresses(const array_code& c, const array_instruction& i, const std::vector<array>& values, const void** to)
    -> bool {
  for (std::uint32_t k = 0; k < i.count; ++k) {
    const auto o = c.operands[i.first + k];
    const auto& x = values[o];
    if (!x.is_contiguous() && c.constants[o].is_null()) return false;
    to[k] = x.raw();
  }
  return true;
}

}  // namespace seegrad::detail::run
