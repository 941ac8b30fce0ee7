#pragma once
// Numbers of a batch for which xsimd lacks digits, computed by themselves. What a number gets does not depend on those beside it.

#include <autodiff/array/instruction_set.hpp>
#include <cstddef>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace seegrad::detail {
inline namespace SEEGRAD_SET {

/// f of each number, in double.
template <class F, class T, class... L>
[[gnu::noinline]] auto each(F f, xsimd::batch<T> first, L... x) -> xsimd::batch<T> {
  constexpr std::size_t size = xsimd::batch<T>::size;
  alignas(64) T in[1 + sizeof...(L)][size];
  alignas(64) T out[size];
  int slot = 0;
  first.store_aligned(in[slot++]);
  (x.store_aligned(in[slot++]), ...);
  for (std::size_t i = 0; i < size; ++i)
    [&]<std::size_t... S>(std::index_sequence<S...>) {
      out[i] = static_cast<T>(f(static_cast<double>(in[S][i])...));
    }(std::index_sequence_for<T, L...>{});
  return xsimd::batch<T>::load_aligned(out);
}

/// The batch's result y, but f's of the numbers that are outside of where xsimd is right.
template <class F, class T>
[[gnu::always_inline]] inline auto guarded(F f, xsimd::batch<T> x, xsimd::batch_bool<T> outside, xsimd::batch<T> y)
    -> xsimd::batch<T> {
  if (xsimd::any(outside)) [[unlikely]]
    return xsimd::select(outside, each(f, x), y);
  return y;
}

template <class F, class T>
[[gnu::noinline]] auto guarded_between(F f, xsimd::batch<T> x, T low, T high, xsimd::batch<T> y) -> xsimd::batch<T> {
  const auto size = xsimd::abs(x);
  return guarded(f, x, size > low && size < high, y);
}

/// For exp and exp2, where the result, or that of -x, is nearly too large or is not normal: xsimd has infinity and 0 there already. From
/// `high` on it is right again, so that infinities and what stands for them are not computed one by one.
template <class F, class T>
[[gnu::always_inline]] inline auto guarded_exponential(F f, xsimd::batch<T> x, T low, T high, xsimd::batch<T> y)
    -> xsimd::batch<T> {
  if (xsimd::any(xsimd::abs(x) > low)) [[unlikely]]
    return guarded_between(f, x, low, high, y);
  return y;
}

// Beyond ten turns xsimd chooses a method for all numbers by the largest.
template <class T>
[[gnu::always_inline]] inline auto is_near(xsimd::batch<T> size) -> xsimd::batch_bool<T> {
  return size <= xsimd::batch<T>(static_cast<T>(62.8));
}
// In double it lacks digits of π for a root or a pole that is not 0.
template <bool Poles, class T>
[[gnu::always_inline]] inline auto has_digits(xsimd::batch<T> size, xsimd::batch<T> y) -> xsimd::batch_bool<T> {
  using native = xsimd::batch<T>;
  if constexpr (sizeof(T) == 4) return is_near(size);
  else {
    const auto height = xsimd::abs(y);
    const auto has = is_near(size) & (height >= size * native(static_cast<T>(0x1p-40)));
    if constexpr (Poles) return has & (height <= native(static_cast<T>(0x1p40)));
    else return has;
  }
}

template <bool Poles, class F, class G, class T>
[[gnu::noinline]] auto turning_apart(F f, G g, xsimd::batch<T> x) -> xsimd::batch<T> {
  const auto size = xsimd::abs(x);
  const auto y = g(xsimd::select(is_near(size), x, xsimd::batch<T>(0)));
  return guarded(f, x, !has_digits<Poles>(size, y), y);
}

/// sin, cos or, with poles, tan: f of a double, g of a batch.
template <bool Poles, class F, class G, class T>
[[gnu::always_inline]] inline auto turning(F f, G g, xsimd::batch<T> x) -> xsimd::batch<T> {
  const auto y = g(x);
  if (!xsimd::all(has_digits<Poles>(xsimd::abs(x), y))) [[unlikely]]
    return turning_apart<Poles>(f, g, x);
  return y;
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad::detail
