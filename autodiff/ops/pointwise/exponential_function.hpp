#pragma once
// exp over batches, in one way for all arguments: also where the result is not normal or is too large, which xsimd's own leaves to others.
// x is n log 2 + r, and exp(r) is 1 + r + r² q(r), where the polynomial q is minimax on |r| <= log(2) / 2, as Remez's algorithm finds it: its error is
// below 0.05 units in the last place. In double, what the roundings of r and 1 + r take away is added to r² q(r).

#include <array>
#include <cstddef>

namespace seegrad::detail {

/// A batch, and no number by itself.
template <class L>
concept in_batch = requires {
  typename L::element;
  L::size;
};

template <class L>
inline constexpr bool is_single = sizeof(typename L::element) == 4;

template <bool Single>
struct exponential_constants {
  static constexpr double lowest = -104, highest = 89;                     // from there on the result is 0, or infinite
  static constexpr double shift = 0x1.8p23;                                // the sum with it is a whole number in its lowest bits
  static constexpr double upper = 0.693359375, lower = -2.12194440055e-4;  // log 2; a whole number times `upper` is exact
};
template <>
struct exponential_constants<false> {
  static constexpr double lowest = -746, highest = 710;
  static constexpr double shift = 0x1.8p52;
  static constexpr double upper = 0x1.62e42feep-1, lower = 0x1.a39ef35793c76p-33;
};

/// (exp(r) - 1 - r) / r², given r and r².
template <class L>
[[gnu::always_inline]] inline auto exponential_curve(L r, L r2) -> L {
  const auto line = [&](double c1, double c0) { return multiply_add(L(c1), r, L(c0)); };
  if constexpr (is_single<L>)
    return multiply_add(multiply_add(L(1.3814538136e-3), r2, line(8.3687450816e-3, 4.1668390823e-2)), r2,
                        line(0.166665204, 0.49999993432));
  else {
    const L r4 = r2 * r2;
    const L low =
        multiply_add(line(8.3333333334944591e-3, 4.16666666665301583e-2), r2, line(0.166666666666664125, 0.500000000000001063));
    const L middle = multiply_add(line(2.75575863758958832e-6, 2.48014930988180665e-5), r2,
                                  line(1.98412695065797484e-4, 1.38888889436302041e-3));
    return multiply_add(multiply_add(line(2.50000602201454878e-8, 2.7630248407465573e-7), r4, middle), r4, low);
  }
}

/// exp(x + rest) for x between `lowest` and `highest`, and a rest that is small beside 1.
template <class L>
[[gnu::always_inline]] inline auto exponential_within(L x, L rest) -> L {
  using constants = exponential_constants<is_single<L>>;
  const L shift(constants::shift), n = multiply_add(x, L(1.4426950408889634), shift) - shift;
  const L upper = multiply_add(n, L(-constants::upper), x), lower = multiply_add(n, L(-constants::lower), rest);
  const L r = upper + lower, r2 = r * r, curve = exponential_curve(r, r2);
  if constexpr (is_single<L>) return times_power(L(1) + multiply_add(curve, r2, r), n);
  const L top = L(1) + upper, lost = L(1) - top + upper + lower;
  return times_power(top + multiply_add(curve, r2, lost), n);
}

template <class L>
[[gnu::always_inline]] inline auto exponential(L x) -> L {
  using constants = exponential_constants<is_single<L>>;
  return exponential_within(at_least(at_most(x, L(constants::highest)), L(constants::lowest)), L(0));
}

/// exp(x) is `power` times 2^n. With fused multiply-add n log 2 is subtracted at once, which is off by a unit in the last place where |x| is 40.
template <class L>
struct rough_exponential {
  L power, n;
};
template <class L>
[[gnu::always_inline]] inline auto exponential_about(L x) -> rough_exponential<L> {
  using constants = exponential_constants<is_single<L>>;
  const L shift(constants::shift), n = multiply_add(x, L(1.4426950408889634), shift) - shift;
#ifdef __FMA__
  const L r = multiply_add(n, L(-0.69314718055994531), x);
#else
  const L r = multiply_add(n, L(-constants::lower), multiply_add(n, L(-constants::upper), x));
#endif
  const L r2 = r * r;
  return {L(1) + multiply_add(exponential_curve(r, r2), r2, r), n};
}

/// exp(x) of a difference x, not above 0, whose own rounding counts for more than what is left out here.
template <class L>
[[gnu::always_inline]] inline auto exponential_below(L x) -> L {
  const auto e = exponential_about(at_least(x, L(exponential_constants<is_single<L>>::lowest)));
  return times_power(e.power, e.n);
}

}  // namespace seegrad::detail
