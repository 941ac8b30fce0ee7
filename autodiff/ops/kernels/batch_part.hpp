#pragma once
// The end of a row that fills no whole batch goes through the code of whole batches, so that a number's result does not depend on
// where it stands.

#include <algorithm>
#include <autodiff/array/dims.hpp>
#include <autodiff/ops/kernels/batch.hpp>

namespace seegrad {
inline namespace SEEGRAD_SET {

/// The first `count` numbers from there, or a whole batch if there are that many; `filler` behind them.
template <class T>
[[gnu::always_inline]] inline auto load_part(const T* from, index_t count, T filler = {}) -> batch<T> {
  using L = batch<T>;
  if (count >= L::size) return L::load(from);
  alignas(64) T part[L::size];
  std::fill_n(part, L::size, filler);
  std::copy_n(from, count, part);
  return L::load(part);
}

template <class T>
[[gnu::always_inline]] inline auto store_part(const batch<T>& v, T* to, index_t count) -> void {
  if (count >= batch<T>::size) return v.store(to);
  alignas(64) T part[batch<T>::size];
  v.store(part);
  std::copy_n(part, count, to);
}

/// f(i, how many numbers count, batches from place i of each row) over rows of n numbers.
template <class T, class F>
[[gnu::always_inline]] inline auto each_batch(index_t n, T filler, const T* x, F f) -> void {
  using L = batch<T>;
  index_t i = 0;
  for (; i + L::size <= n; i += L::size) f(i, index_t{L::size}, L::load(x + i));
  if (i < n) f(i, n - i, load_part(x + i, n - i, filler));
}
template <class T, class F>
[[gnu::always_inline]] inline auto each_batch(index_t n, T filler, const T* x, const T* z, F f) -> void {
  each_batch<T>(n, filler, x, [&](index_t i, index_t count, batch<T> v) { f(i, count, v, load_part(z + i, count)); });
}

/// The sum of a batch's numbers, in double precision.
template <class T>
auto total(const batch<T>& v) -> double {
  alignas(64) T part[batch<T>::size];
  v.store(part);
  double s = 0;
  for (T p : part) s += static_cast<double>(p);
  return s;
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad
