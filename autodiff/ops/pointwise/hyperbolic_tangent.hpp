#pragma once
// tanh over batches: for small x a polynomial of x², minimax in the relative error, and for others 1 - 2 / (exp(2x) + 1). The border is where
// what exp loses counts for a quarter.

#include <array>
#include <autodiff/ops/pointwise/error_function.hpp>

namespace seegrad::detail {

/// (tanh(x) / x - 1) / x² for |x| <= 0.9, given u = x².
template <class L>
[[gnu::always_inline]] inline auto tangent_near_zero(L u) -> L {
  const auto line = [&](double c1, double c0) { return multiply_add(L(c1), u, L(c0)); };
  const L u2 = u * u;
  if constexpr (is_single<L>) {
    const L high = multiply_add(multiply_add(L(-4.5498480696e-4), u2, line(2.5814282524e-3, -8.2632862607e-3)), u2,
                                line(2.1662918824e-2, -5.3929146386e-2));
    return multiply_add(high, u2, line(0.13332976504, -0.33333322198));
  } else {
    const L u4 = u2 * u2;
    const L low =
        multiply_add(line(0.0218694885003835999, -0.0539682539666950163), u2, line(0.133333333333298803, -0.333333333333333064));
    const L next = multiply_add(line(0.000589907053167511035, -0.00145580721639920083), u2,
                                line(0.0035921236455918317, -0.00886323503964737835));
    const L third = multiply_add(line(0.0000136347134935154384, -0.000037581668985846163), u2,
                                 line(0.0000959733909432392343, -0.000238738327294757623));
    const L high = multiply_add(L(-1.01677252073326733e-7), u2, line(9.0765252462916012e-7, -4.1611047814814868e-6));
    return multiply_add(multiply_add(high, u4, third), u4 * u4, multiply_add(next, u4, low));
  }
}

template <class L>
[[gnu::always_inline]] inline auto tanh_batch(L x) -> L {
  const L a = abs(x), square = a * a, inside = at_most(a, L(is_single<L> ? 10 : 20));
  const L near = multiply_add(a * square, tangent_near_zero(square), a);
  const auto e = exponential_about(inside + inside);
  const L far = multiply_add(L(-2), L(1) / (times_moderate_power(e.power, e.n) + L(1)), L(1));
  return copysign(select(a >= L(0.9), far, near), x);  // NaN is near
}

}  // namespace seegrad::detail
