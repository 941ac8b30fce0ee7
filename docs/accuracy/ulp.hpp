#pragma once
// How far a computed number is from the true one, in units in the last place of the true one.

#include "real.hpp"

namespace accuracy {

/// A binary floating-point type.
struct format {
  int digits;  ///< of the mantissa, in bits
  int lowest;  ///< the exponent e of the smallest normal number 2^e
  int highest;
};
inline constexpr format twice{53, -1022, 1023}, single{24, -126, 127};

/// |computed - truth| / ulp, where ulp is the distance of numbers of the type around `truth`, or around `at_least` if that is larger; among
/// numbers that are not normal it is the smallest of them, and beyond the largest number what it is before. An infinite result counts as
/// the first power of two that is too large, so that to give infinity for what is larger is no error. Infinity if one of the two is NaN, or
/// an infinity of the wrong sign.
auto ulps(double computed, const real& truth, const real& at_least, const format& f) -> double;

/// How many doubles lie between; 0 if both are NaN, infinity if one is.
auto apart(double a, double b) -> double;

}  // namespace accuracy
