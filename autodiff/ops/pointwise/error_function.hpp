#pragma once
// erf and erfc over batches: xsimd's lose up to four digits in double. The rational approximations are those of W. J. Cody, Rational
// Chebyshev approximations for the error function, Mathematics of Computation 23 (1969). In float less will do: exp(x²) erfc(x) times
// 1 + 2x is smooth in (x - 2)/(x + 2), as M. M. Shepherd and J. G. Laframboise found (Mathematics of Computation 36, 1981), and a
// polynomial fitted there through Chebyshev's points serves for all x.

#include <array>

namespace seegrad::detail {

template <class L, std::size_t N>
[[gnu::always_inline]] inline auto horner(L x, const std::array<double, N>& c) -> L {
  L y(c[0]);
  for (std::size_t i = 1; i < N; ++i) y = fma(y, x, L(c[i]));
  return y;
}

template <class L>
inline constexpr bool is_single = sizeof(typename L::element) == 4;

/// exp(-x * x) without the rounding of x * x, which its size would magnify: the square of x to a few bits, and the rest.
template <class L>
[[gnu::always_inline]] inline auto exp_of_minus_square(L x) -> L {
  constexpr double parts = is_single<L> ? 256 : 16;  // the square of so many bits is exact
  const L near = trunc(x * L(parts)) / L(parts), rest = (x - near) * (x + near);
  if constexpr (is_single<L>) return exp(-near * near) * horner(rest, std::array{1. / 24, -1. / 6, 0.5, -1.0, 1.0});
  else return exp(-near * near) * exp(-rest);
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
  if constexpr (is_single<L>) {
    constexpr std::array c{-4.050918220e-4, -1.233005838e-3, 1.321059921e-3,  8.636289194e-3,  -8.063729062e-3,
                           -5.420616954e-2, 1.640560809e-1,  -1.660312037e-1, -9.276402059e-2, 1.276978390};
    const L u = x + L(2), v = L(1) + L(2) * x, inverse = L(1) / (u * v);
    return horner((x - L(2)) * v * inverse, c) * (u * inverse);
  }
  constexpr std::array p{2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
                         6.61191906371416295e1,  2.98635138197400131e2,  8.81952221241769090e2,
                         1.71204761263407058e3,  2.05107837782607147e3,  1.23033935479799725e3};
  constexpr std::array q{1.0,
                         1.57449261107098347e1,
                         1.17693950891312499e2,
                         5.37181101862009858e2,
                         1.62138957456669019e3,
                         3.29079923573345963e3,
                         4.36261909014324716e3,
                         3.43936767414372164e3,
                         1.23033935480374942e3};
  constexpr std::array far_p{1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
                             1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4};
  constexpr std::array far_q{
      1.0, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3};
  constexpr double inv_sqrt_pi = 0.56418958354775628695;
  const L middle = select(x <= L(4), x, L(4)), z = L(1) / (x * x);
  const L far = (L(inv_sqrt_pi) - z * (horner(z, far_p) / horner(z, far_q))) / x;
  return select(x <= L(4), horner(middle, p) / horner(middle, q), far);
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
