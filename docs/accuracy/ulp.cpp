#include "ulp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace accuracy {
namespace {

constexpr double wrong = std::numeric_limits<double>::infinity();

auto power_of_two(int e) -> real { return ldexp(real(1), e); }

/// The place of a number among all doubles in their order.
auto place(double x) -> std::int64_t {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}

}  // namespace

auto ulps(double computed, const real& truth, const real& at_least, const format& f) -> double {
  if (isnan(truth) || std::isnan(computed)) return isnan(truth) && std::isnan(computed) ? 0 : wrong;
  const real end = power_of_two(f.highest + 1);
  const auto bounded = [&](const real& x) { return x > end ? end : x < -end ? real(-end) : x; };
  const real size = std::max(real(abs(truth)), at_least), error = abs(bounded(computed) - bounded(truth));
  int e = f.lowest;
  if (size > 0) e = size >= end ? f.highest : static_cast<int>(std::max<long>(f.lowest, mpfr_get_exp(size.backend().data()) - 1));
  return static_cast<double>(error / power_of_two(e - f.digits + 1));
}

auto apart(double a, double b) -> double {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b) ? 0 : wrong;
  const auto p = place(a), q = place(b);
  return static_cast<double>(static_cast<std::uint64_t>(std::max(p, q)) - static_cast<std::uint64_t>(std::min(p, q)));
}

}  // namespace accuracy
