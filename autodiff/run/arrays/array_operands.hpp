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

/// Their addresses, if all are of one piece.
inline auto addresses(const array_code& c, const array_instruction& i, const std::vector<array>& values, const void** to)
    -> bool {
  for (std::uint32_t k = 0; k < i.count; ++k) {
    const auto& x = values[c.operands[i.first + k]];
    if (!x.is_contiguous()) return false;
    to[k] = x.raw();
  }
  return true;
}

}  // namespace seegrad::detail::run
