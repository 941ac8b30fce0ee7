#pragma once
// The numbers of a batch made one: halves first, so that few results wait for each other.

#include <autodiff/ops/kernels/batch.hpp>
#include <bit>
#include <utility>

namespace seegrad::detail {
inline namespace SEEGRAD_SET {

template <class T, int N>
struct plain_vector {
  typedef T type __attribute__((vector_size(sizeof(T) * N)));
};

template <int N, class V, class F>
[[gnu::always_inline]] inline auto folded(V v, F f) {
  if constexpr (N == 1) return v[0];
  else {
    const auto halves = [&]<int... I>(std::integer_sequence<int, I...>) {
      return f(__builtin_shufflevector(v, v, I...), __builtin_shufflevector(v, v, (N / 2 + I)...));
    };
    return folded<N / 2>(halves(std::make_integer_sequence<int, N / 2>{}), f);
  }
}

template <class T>
[[gnu::always_inline]] inline auto largest(const batch<T>& v) -> T {
  using plain = typename plain_vector<T, batch<T>::size>::type;
  return folded<batch<T>::size>(std::bit_cast<plain>(v.v.data), [](auto a, auto b) { return a > b ? a : b; });
}

/// The sum in double precision.
template <class T>
[[gnu::always_inline]] inline auto sum_of(const batch<T>& v) -> double {
  using plain = typename plain_vector<T, batch<T>::size>::type;
  using wide = typename plain_vector<double, batch<T>::size>::type;
  return folded<batch<T>::size>(__builtin_convertvector(std::bit_cast<plain>(v.v.data), wide),
                                [](auto a, auto b) { return a + b; });
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad::detail
