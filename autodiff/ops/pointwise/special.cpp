#include <autodiff/ops/pointwise/special.hpp>

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/factorials.hpp>
#include <boost/math/special_functions/polygamma.hpp>
#include <limits>
#include <math.h>

namespace seegrad {
namespace {

namespace policies = boost::math::policies;
using quiet = policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;
constexpr auto nan = std::numeric_limits<double>::quiet_NaN();

auto is_pole(double x) -> bool { return x <= 0 && x == std::floor(x); }

/// f / t^m where t^m alone may be too large.
auto over_power(double f, double t, int m) -> double {
  const double power = std::pow(t, -m);
  if (power >= std::numeric_limits<double>::min()) return f * power;
  return f * std::pow(t, -(m / 2)) * std::pow(t, m / 2 - m);
}

/// n! times the sum of (x + k) to the power -n - 1 for x > 0 and 0 < n <= 170: the first terms, and the others by Euler's and Maclaurin's
/// formula. Boost.Math's has few digits, or none, where x is large.
auto polygamma_series(int n, double x) -> double {
  // B(2j) / (2j)! of Bernoulli's numbers.
  constexpr double series[] = {8.333333333333333e-2,  -1.388888888888889e-3,  3.306878306878307e-5,  -8.267195767195768e-7,
                               2.08767569878681e-8,   -5.284190138687493e-10, 1.338253653068468e-11, -3.38968029632258e-13,
                               8.586062056277845e-15, -2.174868698558062e-16};
  const double factorial = boost::math::unchecked_factorial<double>(static_cast<unsigned>(n) - 1);
  const int terms = x < n + 20 ? static_cast<int>(std::ceil(n + 20 - x)) : 0;
  const double far = x + terms;
  double rest = 0, rising = n / far * ((n + 1) / far);
  for (int j = 0; j < 10; ++j) {
    rest += series[j] * rising;
    rising *= (n + 2 * j + 2) / far * ((n + 2 * j + 3) / far);
  }
  double sum = over_power(factorial, far, n) * (1 + (n / (2 * far) + rest));
  for (int k = terms - 1; k >= 0; --k) {
    // What x + k loses by rounding counts n + 1 times.
    const double t = x + k, lost = std::min(x, static_cast<double>(k)) - (t - std::max(x, static_cast<double>(k)));
    sum += over_power(factorial * n, t, n + 1) * (1 - (n + 1) * lost / t);
  }
  return sum;
}

}  // namespace

auto lgamma(double x) -> double { return detail::log_gamma(x); }

auto digamma(double x) -> double {
  if (std::isnan(x) || is_pole(x) || x == -infinity) return nan;
  if (x == infinity) return x;
  if (x > -1) return boost::math::digamma(x, quiet{});
  // By reflection, as Boost.Math has it; but that takes the place between two poles from 1 - x, which may be a pole by rounding.
  const double above = x - std::floor(x), from_pole = above > 0.5 ? above - 1 : above;
  return boost::math::digamma(1 - x, quiet{}) - std::numbers::pi / std::tan(std::numbers::pi * from_pole);
}

auto polygamma(double order, double x) -> double {
  if (std::isnan(x) || is_pole(x) || !(order >= 0 && order <= 1000) || order != std::floor(order) || x == -infinity) return nan;
  if (order == 0) return digamma(x);
  if (x == infinity) return 0;
  if (order > 1 && order <= 170 && x > 0)
    return (std::fmod(order, 2) == 0 ? -1 : 1) * polygamma_series(static_cast<int>(order), x);
  const auto y = boost::math::polygamma(static_cast<int>(order), x, quiet{});
  // Where it overflows, Boost.Math loses the sign, which at positive x is that of (-1)^(order + 1).
  return std::isinf(y) && x > 0 && std::fmod(order, 2) == 0 ? -infinity : y;
}

}  // namespace seegrad
