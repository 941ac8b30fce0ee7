#pragma once
// What operations on numbers truly are, said apart from their paragraphs: by mathematics, in 50 digits.

#include "real.hpp"

#include <string_view>

namespace accuracy {

using true_value = real (*)(const double* x);

/// Throws if the operation has none, so that no operation is left out.
auto reference_of(std::string_view operation) -> true_value;

/// The size whose unit in the last place an error is counted in, if that of the true value is smaller: where a value is the difference of
/// two that are as large as this. Mostly 0.
auto size_of_parts(std::string_view operation, const double* x) -> real;

}  // namespace accuracy
