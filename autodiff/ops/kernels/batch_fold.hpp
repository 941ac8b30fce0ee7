#pragma once
// The numbers of a batch made one: halves first, so that few results wait for each other.

#include <autodiff/ops/kernels/batch.hpp>

namespace seegrad::detail {
inline namespace SEEGRAD_SET {

template <class T, int N, class F>
[[gnu::always_inline]] inline auto folded(T (&part)[N], F f) -> T {
  for (int half = N / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) part[i] = f(part[i], part[half + i]);
  return part[0];
}

template <class T>
[[gnu::always_inline]] inline auto largest(const batch<T>& v) -> T {
  alignas(64) T part[batch<T>::size];
  v.store(part);
  return folded(part, [](T a, T b) { return a > b ? a : b; });
}

/// The sum in double precision.
template <class T>
[[gnu::always_inline]] inline auto sum_of(const batch<T>& v) -> double {
  alignas(64) T part[batch<T>::size];
  alignas(64) double wide[batch<T>::size];
  v.store(part);
  for (int i = 0; i < static_cast<int>(batch<T>::size); ++i) wide[i] = static_cast<double>(part[i]);
  return folded(wide, [](double a, double b) { return a + b; });
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad::detail
