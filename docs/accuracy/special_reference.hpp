#pragma once
// The gamma function and its relatives in 50 digits.

#include "real.hpp"

namespace accuracy {

auto true_lgamma(const real& x) -> real;
/// NaN at the poles, at 0 too.
auto true_digamma(const real& x) -> real;
/// For x >= 0. NaN for orders that are not whole numbers.
auto true_polygamma(double order, const real& x) -> real;

}  // namespace accuracy
