#pragma once
// What the exponential over batches needs of the instruction set: products that are rounded once with a sum, and powers of two.

#include <autodiff/array/instruction_set.hpp>
#include <cstdint>
#include <type_traits>
#include <xsimd/xsimd.hpp>

namespace seegrad::detail {
inline namespace SEEGRAD_SET {

/// a * b + c, rounded once where the instruction set can. xsimd leaves it to the compiler for AVX-512, which may do otherwise.
template <class T>
[[gnu::always_inline]] inline auto fused(xsimd::batch<T> a, xsimd::batch<T> b, xsimd::batch<T> c) -> xsimd::batch<T> {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<T, float>) return xsimd::batch<T>(_mm512_fmadd_ps(a, b, c));
  else return xsimd::batch<T>(_mm512_fmadd_pd(a, b, c));
#else
  return xsimd::fma(a, b, c);
#endif
}

/// y * 2^n for a whole n that leaves y normal. Of NaN it may make anything.
template <class T>
[[gnu::always_inline]] inline auto times_moderate_power(xsimd::batch<T> y, xsimd::batch<T> n) -> xsimd::batch<T> {
  using native = xsimd::batch<T>;
  using whole = xsimd::batch<xsimd::as_integer_t<T>>;
  constexpr bool is_single = sizeof(T) == 4;
  const native shifted = n + native(static_cast<T>(is_single ? 0x1.8p23 : 0x1.8p52));  // n is in its lowest bits
  return xsimd::bitwise_cast<native>(xsimd::bitwise_cast<whole>(y) +
                                     (xsimd::bitwise_cast<whole>(shifted) << (is_single ? 23 : 52)));
}

/// y * 2^n for a whole n, where a result that is not normal is rounded once.
template <class T>
[[gnu::always_inline]] inline auto times_power(xsimd::batch<T> y, xsimd::batch<T> n) -> xsimd::batch<T> {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<T, float>) return xsimd::batch<T>(_mm512_scalef_ps(y, n));
  else return xsimd::batch<T>(_mm512_scalef_pd(y, n));
#else
  using native = xsimd::batch<T>;
  if (!xsimd::all(xsimd::abs(n) <= native(static_cast<T>(sizeof(T) == 4 ? 124 : 1020)))) [[unlikely]] {
    const native half = xsimd::nearbyint(n * native(T(0.5)));  // neither half is too large for an exponent
    return y * times_moderate_power(native(1), half) * times_moderate_power(native(1), n - half);
  }
  return times_moderate_power(y, n);
#endif
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad::detail
