#include "points.hpp"

#include <cmath>
#include <numbers>
#include <random>

namespace accuracy {
namespace {

using std::numbers::pi;

// Beside whole numbers, halves and multiples of π/2, of which `drawing` has more.
constexpr double notable[] = {
    // clang-format off
    0, 0.2, 0.25, 1.0 / 3, 0.46875, 0.6, 2.0 / 3, 0.75, 0.84375, 1.1, 1.25, 7.0 / 16, 11.0 / 16, 19.0 / 16, 39.0 / 16,
    std::numbers::ln2, std::numbers::ln2 / 2, 1.5 * std::numbers::ln2, std::numbers::sqrt2, std::numbers::sqrt2 / 2, std::numbers::e,
    1.4616321449683622, 0.504083008264455409, 1.573498473162390459, 2.610720868444144650, 3.635293366436901098,  // digamma
    2.4570247382208006, 2.7476826467274127, 3.1435808883499798, 3.955294284858598, 4.039361839740537,            // lgamma
    0x1p-1074, 0x1p-149, 0x1p-1022, 0x1p-126, 0x1p-511, 0x1p-63, 0x1p-54, 0x1p-28, 0x1p-27, 0x1p-26, 0x1p-24, 0x1p-14, 0x1p-12, 1e-4,
    5.92, 9.2, 10.05, 14.5, 17.33, 18.7, 19.06, 22.18, 26.54, 27.23, 36.74, 37.43, 38.58, 44.36, 89.42, 710.4758600739439,
    88.72283905206835, 87.33654475055310, 103.97207708399179, 709.782712893384, 708.3964185322641, 745.1332191019412,
    127, 128, 126, 149, 150, 1022, 1023, 1024, 1074, 1075, 170.6, 171.62437695630272, 35.04009, 177.8, 184.3, 38, 42,
    0x1p12, 0x1p23, 0x1p24, 0x1p26, 0x1p28, 0x1p31, 0x1p32, 0x1p52, 0x1p53, 0x1p63, 0x1p64, 1.8e19, 3.4028234663852886e38, 4.0850034e36,
    1.34e154, 2.5563481638716906e305, 1.7976931348623157e308, 8.98846567431158e307,
    0x1.6ac5b262ca1ffp+849, 5.319372648326541e+255, 0x1.921fb54442d18p+1000, 16367173.0 * 0x1p72, 5.9604644775390625e22  // near multiples of π/2
    // clang-format on
};

struct drawing {
  const seegrad::operation& op;
  bool single;
  std::mt19937_64 random{20};

  auto uniform(double low, double high) -> double { return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53); }
  auto below(int n) -> int { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  auto signed_one() -> double { return random() % 2 ? 1 : -1; }

  auto of_any_size() -> double {
    const double e = single ? uniform(-149, 128) : uniform(-1074, 1024);
    return signed_one() * std::ldexp(uniform(1, 2), static_cast<int>(std::floor(e)));
  }
  /// The number itself, a few numbers away from it, or at a distance of any size.
  auto near(double x) -> double {
    const int how = below(8);
    if (how == 0) return x;
    if (how > 3) return x + uniform(-1, 1) * std::ldexp(x == 0 ? 1 : x, -below(single ? 24 : 53));
    const double to = signed_one() * INFINITY;
    for (int n = below(4); n >= 0; --n)
      x = single ? static_cast<double>(std::nextafter(static_cast<float>(x), static_cast<float>(to))) : std::nextafter(x, to);
    return x;
  }
  auto number(seegrad::interval samples) -> double {
    switch (below(12)) {
      case 0:
      case 1: return of_any_size();
      case 2: return uniform(samples.low, samples.high);
      case 3:
      case 4: return uniform(-8, 8);
      case 5: return uniform(-40, 40);
      case 6: return single ? uniform(-110, 110) : uniform(-760, 760);
      case 7: return near(below(2) ? below(400) * 0.5 - 100 : signed_one() * std::floor(std::exp2(uniform(0, 64))) / 2);
      case 8: return near(pi / 2 * (below(2) ? below(40) - 20 : std::floor(std::exp2(uniform(0, 60)))));
      default: return near(signed_one() * notable[static_cast<std::size_t>(below(std::size(notable)))]);
    }
  }
  auto operand(std::size_t i, const std::vector<double>& x) -> double {
    const auto samples = op.samples[i];
    if (samples.low == samples.high) return below(3) ? below(6) : below(21);  // an order
    const double a = i > 0 ? x[i - 1] : 0;
    switch (i > 0 ? below(16) : 15) {
      case 0:
      case 1: return signed_one() * near(a);
      case 2:
      case 3: return uniform(-1, 1) * std::ldexp(a, below(120) - 60);
      case 4:
      case 5: return (single ? uniform(-160, 140) : uniform(-1100, 1050)) * std::numbers::ln2 / std::log(std::abs(a));
      case 6: return a + uniform(-50, 50);
      case 7: return near(std::log1p(-std::exp(-std::abs(a))));
      case 8: return near(-a * x[0]);
      default: return number(samples);
    }
  }
  auto is_inside(double x, std::size_t i) const -> bool {
    return std::isfinite(x) && x >= op.domain[i].low && x <= op.domain[i].high;
  }
  auto point() -> std::vector<double> {
    std::vector<double> x;
    while (x.size() < static_cast<std::size_t>(op.arity)) {
      double next = operand(x.size(), x);
      if (single) next = static_cast<double>(static_cast<float>(next));
      if (is_inside(next, x.size())) x.push_back(next);
    }
    return x;
  }
};

}  // namespace

auto points(const seegrad::operation& op, std::size_t count, bool single) -> std::vector<std::vector<double>> {
  std::vector<std::vector<double>> columns(static_cast<std::size_t>(op.arity));
  drawing draw{op, single};
  for (std::size_t n = 0; n < count; ++n) {
    const auto x = draw.point();
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].push_back(x[i]);
  }
  return columns;
}

}  // namespace accuracy
