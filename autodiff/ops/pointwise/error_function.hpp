#pragma once
// erf and erfc over batches: xsimd's lose up to four digits in double. Near 0 the rational approximation is that of W. J. Cody, Rational
// Chebyshev approximations for the error function, Mathematics of Computation 23 (1969). Elsewhere exp(x²) erfc(x) times 1 + 2x is smooth in
// (x - k)/(x + k), as M. M. Shepherd and J. G. Laframboise found (Mathematics of Computation 36, 1981), and a polynomial fitted there
// through Chebyshev's points serves for all x: with k = 2 in float, and 4 in double.

#include <array>
#include <autodiff/ops/pointwise/exponential_function.hpp>

namespace seegrad::detail {

template <class L, std::size_t N>
[[gnu::always_inline]] inline auto horner(L x, const std::array<double, N>& c) -> L {
  L y(c[0]);
  for (std::size_t i = 1; i < N; ++i) y = multiply_add(y, x, L(c[i]));
  return y;
}

/// exp(-x * x) without the rounding of x * x, which its size would magnify: the square of x to a few bits, and the rest.
template <class L>
[[gnu::always_inline]] inline auto exp_of_minus_square(L x) -> L {
  constexpr double parts = is_single<L> ? 0x1p8 : 0x1p20;  // the square of so many bits is exact
  const L near = trunc(x * L(parts)) / L(parts), rest = (x - near) * (x + near);
  const L square = near * near + rest, lost = rest - (square - near * near), y = exp(-square);
  return y - y * lost;
}

/// erf(x) / x for |x| <= 0.5, given x * x.
template <class L>
[[gnu::always_inline]] inline auto erf_near_zero(L square) -> L {
  if constexpr (is_single<L>)
    return horner(square, std::array{4.717567416e-3, -2.675697191e-2, 1.128281947e-1, -3.761260840e-1, 1.128379166});
  constexpr std::array p{1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
                         3.20937758913846947e3};
  constexpr std::array q{1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3};
  return horner(square, p) / horner(square, q);
}

/// erfc(x) * exp(x * x) for x >= 0.46875, in float for x >= 0.
template <class L>
[[gnu::always_inline]] inline auto scaled_erfc(L x) -> L {
  const L scale = L(1) + L(2) * x;
  if constexpr (is_single<L>) {
    constexpr std::array c{-4.050918220e-4, -1.233005838e-3, 1.321059921e-3,  8.636289194e-3,  -8.063729062e-3,
                           -5.420616954e-2, 1.640560809e-1,  -1.660312037e-1, -9.276402059e-2, 1.276978390};
    return horner((x - L(2)) / (x + L(2)), c) / scale;
  } else {
    constexpr std::array c{-7.605685843656946e-09, 7.412685211046975e-08,   5.422060076326738e-08,   -7.817098260375142e-07,
                           3.1461576624069673e-07, 5.678950555641541e-06,   -1.1234514336714623e-05, -2.4385707214887368e-05,
                           0.00015062632510669501, -0.00019926047513348834, -0.0007577743738271914,  0.0050319706461011545,
                           -0.016197733902734098,  0.037167515466075045,    -0.06633036582495946,    0.0937328350025679,
                           -0.10103906603577352,   0.06809705425457781,     0.0153796521026112,      -0.13962111684056158,
                           1.2329951186255526};
    return horner((x - L(4)) / (x + L(4)), c) / scale;
  }
}

template <class L>
auto erfc_batch(L x, double vanishes) -> L {
  const L a = abs(x);
  if constexpr (is_single<L>) {
    const L near = select(a <= L(vanishes), a, L(vanishes));
    const L tail = select(a > L(vanishes), L(0), exp_of_minus_square(near) * scaled_erfc(near));
    return select(x == x, select(x < L(0), L(2) - tail, tail), x);
  }
  const L inside = select(a <= L(0.46875), L(0.5), select(a <= L(vanishes), a, L(vanishes)));
  const L tail = select(a > L(vanishes), L(0), exp_of_minus_square(inside) * scaled_erfc(inside));
  const L outer = select(x < L(0), L(2) - tail, tail);
  const L y = select(a <= L(0.46875), L(1) - x * erf_near_zero(x * x), outer);
  return select(x == x, y, x);
}

template <class L>
auto erf_batch(L x) -> L {
  const L a = abs(x);
  const L inside = select(a <= L(0.46875), L(0.5), select(a <= L(6), a, L(6)));
  const L tail = L(1) - exp_of_minus_square(inside) * scaled_erfc(inside);
  const L y = select(a <= L(0.46875), x * erf_near_zero(x * x), select(x < L(0), -tail, tail));
  return select(x == x, y, x);
}

}  // namespace seegrad::detail
