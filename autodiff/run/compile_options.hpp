#pragma once
// How a program is made, and how it is run.

#include <autodiff/run/backend.hpp>

namespace seegrad {

/// What a program may do to the formulas of the record.
enum class algebra {
  /// What changes no bit of a result or a derivative.
  exact,
  /// What costs last digits as well, and saves time: sums are taken in another order, quotients by one number become products with
  /// its reciprocal, powers with a small whole exponent, or half a one more, products and roots, and derivatives of equal values are added before they are passed on. So an
  /// intermediate result may overflow, or lose digits below 1e-308, where that of the record did not: at a divisor whose reciprocal does, in a power of a number
  /// beyond 1e±19, at a root of minus infinity. Terms that cancel lose as many digits as in any order. Guards are those of the record, asked of numbers that are rounded so, and
  /// infinity and NaN stay what they are.
  fast,
};

/// `compile(y, xs, {.algebra = algebra::fast})`
struct compile_options {
  backend with = backend::automatic;                   ///< what runs it
  seegrad::algebra algebra = seegrad::algebra::exact;  ///< whether last digits may change
};

}  // namespace seegrad
