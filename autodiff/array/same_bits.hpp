#pragma once
// Whether two arrays cannot be told apart, and a number by which one is known again.

#include <autodiff/array/array.hpp>

namespace seegrad::detail {

/// Equal in shape, type and bits, so that NaN is what it is and 0 is not -0; both plain numbers or neither, both null or neither.
auto same_bits(const array& a, const array& b) -> bool;

/// A whole number that is the same for arrays of the same bits, and of others is another one but for one time in 2^52.
auto digest(const array& a) -> double;

}  // namespace seegrad::detail
