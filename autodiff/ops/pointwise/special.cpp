#include <autodiff/ops/pointwise/special.hpp>

#include <boost/math/special_functions/digamma.hpp>
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

}  // namespace

auto lgamma(double x) -> double {
  int sign;
  return ::lgamma_r(x, &sign);
}

auto digamma(double x) -> double {
  if (std::isnan(x) || is_pole(x) || x == -infinity) return nan;
  return x == infinity ? x : boost::math::digamma(x, quiet{});
}

auto polygamma(double order, double x) -> double {
  if (std::isnan(x) || is_pole(x) || !(order >= 0 && order <= 1000) || order != std::floor(order) || x == -infinity) return nan;
  if (order == 0) return digamma(x);
  if (x == infinity) return 0;
  const auto y = boost::math::polygamma(static_cast<int>(order), x, quiet{});
  // Where it overflows, Boost.Math loses the sign, which at positive x is that of (-1)^(order + 1).
  return std::isinf(y) && x > 0 && std::fmod(order, 2) == 0 ? -infinity : y;
}

}  // namespace seegrad
