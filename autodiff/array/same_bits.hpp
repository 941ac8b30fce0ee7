#pragma once
// Whether two arrays cannot be told apart.

#include <autodiff/array/array.hpp>

namespace seegrad::detail {

/// Equal in shape, type and bits, so that NaN is what it is and 0 is not -0; both plain numbers or neither, both null or neither.
auto same_bits(const array& a, const array& b) -> bool;

}  // namespace seegrad::detail
