#pragma once
// exp, log and tanh of a double that the compiler can put in line, for processors with fused multiply-add: at most 0.51 units in the
// last place off for exp, 0.75 for log, 1.21 for tanh. Elsewhere, and where a program is compiled to reorder arithmetic, they are
// those of <cmath>.
//
// The methods: exp by a table of 2^(j/128) and a polynomial on what is left, log by a table of 1/c and log c with a polynomial of x/c - 1
// (P. T. P. Tang, ACM TOMS 15, 1989, and 16, 1990), tanh by a polynomial of x² for small x and by exp for others.

#include <autodiff/ops/definition/elementary_tables.hpp>
#include <bit>
#include <cmath>
#include <cstdint>

namespace seegrad::detail::elementary {

#if defined(__FMA__) && !defined(__FAST_MATH__)

/// Of a number whose exponential is neither subnormal nor infinite.
[[gnu::always_inline]] inline auto exp_of_moderate(double x) -> double {
  constexpr double in_steps = 0x1.71547652b82fep+7;                                        // 128 / log 2
  constexpr double step_upper = 0x1.62e42fefa39efp-8, step_lower = 0x1.abc9e3b39803fp-63;  // log 2 / 128
  constexpr double shift = 0x1.8p52;  // the sum with it is a whole number in its lowest bits
  const double shifted = in_steps * x + shift;
  const auto steps = std::bit_cast<std::uint64_t>(shifted);
  const double n = shifted - shift;
  const double r = std::fma(-n, step_lower, std::fma(-n, step_upper, x));
  const auto& row = exponential_table[steps % 128];
  const double scale = std::bit_cast<double>(std::bit_cast<std::uint64_t>(row.power) + ((steps - steps % 128) << 45));
  const double r2 = r * r;
  const double p = r2 * std::fma(r2, std::fma(r, 1.0 / 120, 1.0 / 24), std::fma(r, 1.0 / 6, 0.5));
  return std::fma(scale, row.off + (r + p), scale);
}

[[gnu::always_inline]] inline auto exp(double x) -> double { return std::abs(x) < 708 ? exp_of_moderate(x) : std::exp(x); }

[[gnu::always_inline]] inline auto log(double x) -> double {
  constexpr std::uint64_t smallest = 0x0010'0000'0000'0000, infinite = 0x7ff0'0000'0000'0000, start = 0x3fe6'0000'0000'0000;
  constexpr double log2_upper = 0x1.62e42fefa3800p-1, log2_lower = 0x1.ef35793c76730p-45;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  if (bits - smallest >= infinite - smallest) [[unlikely]]
    return std::log(x);
  const auto from_start = bits - start;
  const auto& row = logarithm_table[from_start >> 45 & 127];
  const auto k = static_cast<double>(static_cast<std::int64_t>(from_start) >> 52);
  const double z = std::bit_cast<double>(bits - (from_start & std::uint64_t{0xfff} << 52));
  const double r = std::fma(z, row.inverse, -1.0), r2 = r * r;
  const double whole = std::fma(k, log2_upper, row.upper);  // exact
  const double upper = whole + r;
  const double lower = whole - upper + r + std::fma(k, log2_lower, row.lower);
  const double p =
      std::fma(r2, std::fma(r2, std::fma(r, -1.0 / 8, 1.0 / 7), std::fma(r, -1.0 / 6, 1.0 / 5)), std::fma(r, -0.25, 1.0 / 3));
  return upper + (lower + r2 * std::fma(r, p, -0.5));
}

[[gnu::always_inline]] inline auto tanh(double x) -> double {
  const double a = std::abs(x);
  if (a < 0.75) {
    const auto& c = tangent_series;
    const double u = x * x, u2 = u * u, u4 = u2 * u2;
    const double low = std::fma(u2, std::fma(u, c[3], c[2]), std::fma(u, c[1], c[0]));
    const double middle = std::fma(u2, std::fma(u, c[7], c[6]), std::fma(u, c[5], c[4]));
    const double high = std::fma(u4, std::fma(u, c[13], c[12]), std::fma(u2, std::fma(u, c[11], c[10]), std::fma(u, c[9], c[8])));
    return std::copysign(std::fma(a * u, std::fma(u4, std::fma(u4, high, middle), low), a), x);
  }
  if (!(a < 20)) return a != a ? x : std::copysign(1.0, x);
  const double e = exp_of_moderate(-2 * a);
  return std::copysign(1 - 2 * e / (1 + e), x);
}

#else

[[gnu::always_inline]] inline auto exp(double x) -> double { return std::exp(x); }
[[gnu::always_inline]] inline auto log(double x) -> double { return std::log(x); }
[[gnu::always_inline]] inline auto tanh(double x) -> double { return std::tanh(x); }

#endif

}  // namespace seegrad::detail::elementary
