#pragma once
// A number of 50 digits and an exponent without end, for practical purposes: what true values are computed in, by MPFR.

#include <boost/multiprecision/mpfr.hpp>

namespace accuracy {

using real = boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<50, boost::multiprecision::allocate_stack>,
                                           boost::multiprecision::et_off>;

/// MPFR's own function, which rounds the exact value once; Boost's are other algorithms for some.
template <class F, class... X>
auto rounded(F f, const X&... x) -> real {
  real y;
  f(y.backend().data(), x.backend().data()..., MPFR_RNDN);
  return y;
}

}  // namespace accuracy
