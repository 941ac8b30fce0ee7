#pragma once
// The tail of the normal distribution over batches: Φ(-a) is exp(-a²/2) times a function that falls slowly, for which one rational
// approximation serves all a. Its coefficients are minimax in the relative error, below 2e-10 in float and 2e-17 in double, found by Remez's
// algorithm; all are positive, so that no digits are lost in the sums. exp(-a²/2) serves the density too.

#include <array>
#include <autodiff/ops/pointwise/error_function.hpp>

namespace seegrad::detail {

/// times * Φ(-a) exp(a²/2), given a and a².
template <class L>
[[gnu::always_inline]] inline auto tail_ratio(L a, L a2, L times) -> L {
  const L a4 = a2 * a2;
  const auto line = [&](double c1, double c0) { return multiply_add(L(c1), a, L(c0)); };
  const auto cubic = [&](double c3, double c2, double c1, double c0) { return multiply_add(line(c3, c2), a2, line(c1, c0)); };
  if constexpr (is_single<L>) {
    const L p = multiply_add(line(8.226892013e-4, 1.10274542e-2), a4, cubic(6.865096389e-2, 2.444380364e-1, 5.008267618e-1, 0.5));
    const L high = multiply_add(L(2.062179498e-3), a2, line(2.764149967e-2, 1.741513567e-1));
    return times * p / multiply_add(high, a4, cubic(6.402402184e-1, 1.424699726, 1.799538086, 1.0));
  } else {
    const L a8 = a4 * a4;
    const L p0 = cubic(2.96930744773950303e-1, 6.02254690888892227e-1, 7.79011130677887638e-1, 0.5);
    const L p4 = cubic(5.87119284888288195e-4, 4.57099229989524315e-3, 2.53398858602893189e-2, 1.02062827140993008e-1);
    const L p8 = multiply_add(L(5.4103597863997375e-8), a2, line(2.59333201420277383e-6, 5.07621253886923552e-5));
    const L q0 = cubic(1.74380362223823401, 2.58425106186839102, 2.35590682215863814, 1.0);
    const L q4 = cubic(1.15847490572793001e-2, 6.49763640044300437e-2, 2.67038199178683698e-1, 8.04934670642090140e-1);
    const L q8 = cubic(1.35617608164692589e-7, 6.50051935241216766e-6, 1.27377396376996910e-4, 1.47819032010545257e-3);
    return times * multiply_add(p8, a8, multiply_add(p4, a4, p0)) / multiply_add(q8, a8, multiply_add(q4, a4, q0));
  }
}

/// exp(-a²/2) without the rounding of a², which its size would magnify, given a and the rounded a².
template <class L>
[[gnu::always_inline]] inline auto normal_height(L a, [[maybe_unused]] L a2) -> L {
#ifdef __FMA__
  if constexpr (is_single<L>) {
    using constants = exponential_constants<true>;
    // The exponential with t = -2r, which costs no product by -1/2.
    const L shift(constants::shift), n = multiply_add(a2, L(-0.72134752044448170), shift) - shift;
    const L t = fma(n, L(2 * constants::lower), fma(a, a, n * L(2 * constants::upper)));
    constexpr std::array c{1.3814538136e-3, 8.3687450816e-3, 4.1668390823e-2, 0.166665204, 0.49999993432};
    return times_power(horner(t, std::array{c[0] / 64, c[1] / -32, c[2] / 16, c[3] / -8, c[4] / 4, -0.5, 1.0}), n);
  }
  return exponential_within(L(-0.5) * a2, L(-0.5) * fma(a, a, -a2));
#else
  constexpr double parts = is_single<L> ? 0x1p8 : 0x1p20;  // the square of so many bits is exact
  const L near = trunc(a * L(parts)) * L(1 / parts);
  return exponential_within(L(-0.5) * (near * near), L(-0.5) * ((a - near) * (a + near)));
#endif
}

/// |x|, or the number from which on Φ(-a) is 0.
template <class L>
[[gnu::always_inline]] inline auto limited(L x) -> L {
  return at_most(abs(x), L(is_single<L> ? 14.5 : 39));
}

/// x Φ(x): x - a Φ(-a) if x is positive, else -a Φ(-a).
template <class L>
[[gnu::always_inline]] inline auto gelu_batch(L x) -> L {
  const L a = limited(x), a2 = a * a;
  return multiply_add(-normal_height(a, a2), tail_ratio(a, a2, a), at_least(x, L(-0.0)));
}

/// Φ(x) + x φ(x), which has the sum 1 for x and -x.
template <class L>
[[gnu::always_inline]] inline auto gelu_slope(L x) -> L {
  const L a = limited(x), a2 = a * a;
  const L below = normal_height(a, a2) * multiply_add(a, L(-0.39894228040143268), tail_ratio(a, a2, L(1)));
  return select(x < L(0), below, L(1) - below);
}

}  // namespace seegrad::detail
