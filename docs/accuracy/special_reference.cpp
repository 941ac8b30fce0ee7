#include "special_reference.hpp"

#include <array>
#include <cmath>

namespace accuracy {
namespace {

/// Bernoulli's number 2j over (2j)!, by Euler's 2 ζ(2j) / (2π)^2j with alternating signs.
auto bernoulli_over_factorial(int j) -> real {
  static const auto numbers = [] {
    std::array<real, 33> b;
    const real circle = 8 * atan(real(1));
    for (unsigned k = 1; k < b.size(); ++k) {
      real zeta;
      mpfr_zeta_ui(zeta.backend().data(), 2 * k, MPFR_RNDN);
      b[k] = (k % 2 ? 2 : -2) * zeta / pow(circle, 2 * k);
    }
    return b;
  }();
  return numbers[static_cast<std::size_t>(j)];
}

/// The sum of (x + k) to the power -s over all k >= 0, by Euler's and Maclaurin's formula beyond the first terms.
auto hurwitz_zeta(int s, real x) -> real {
  real sum = 0;
  for (; x < 50 + s; ++x) sum += pow(x, -s);
  const real power = pow(x, -s), square = x * x;
  sum += x * power / (s - 1) + power / 2;
  real rising = s * power / x;
  for (int j = 1; j <= 32; ++j) {
    sum += bernoulli_over_factorial(j) * rising;
    rising *= real(s + 2 * j - 1) * (s + 2 * j) / square;
  }
  return sum;
}

}  // namespace

auto true_lgamma(const real& x) -> real {
  real y;
  int sign;
  mpfr_lgamma(y.backend().data(), &sign, x.backend().data(), MPFR_RNDN);
  return y;
}

auto true_digamma(const real& x) -> real {
  return x == 0 ? real(std::numeric_limits<double>::quiet_NaN()) : rounded(mpfr_digamma, x);
}

auto true_polygamma(double order, const real& x) -> real {
  if (!(order >= 0) || order != std::floor(order) || x == 0) return std::numeric_limits<double>::quiet_NaN();
  if (order == 0) return true_digamma(x);
  const int n = static_cast<int>(order);
  real factorial;
  mpfr_fac_ui(factorial.backend().data(), static_cast<unsigned long>(n), MPFR_RNDN);
  return (n % 2 ? 1 : -1) * factorial * hurwitz_zeta(n + 1, x);
}

}  // namespace accuracy
