#pragma once
// Numbers of 16 bits, as files of others have them.

#include <cmath>
#include <cstdint>
#include <limits>

namespace seegrad::detail {

/// IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
inline auto from_half(std::uint16_t h) -> float {
  const int exponent = h >> 10 & 31, fraction = h & 1023;
  const float size = exponent == 31
                         ? (fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity())
                     : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                     : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  return h & 0x8000 ? -size : size;
}

}  // namespace seegrad::detail
