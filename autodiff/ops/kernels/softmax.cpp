#include <autodiff/ops/kernels/batch_part.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <cmath>
#include <limits>

namespace seegrad {
namespace {

/// NaN if there is one among them.
template <class T>
auto highest(const T* x, index_t n) -> T {
  using L = batch<T>;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  L most(lowest), strange(0);
  each_batch<T>(n, lowest, x, [&](index_t, index_t, L v) {
    most = select(v > most, v, most);
    strange = select(v == v, strange, v);
  });
  alignas(64) T part[L::size], nan[L::size];
  most.store(part), strange.store(nan);
  T h = lowest;
  for (int i = 0; i < L::size; ++i) h = nan[i] != nan[i] ? nan[i] : part[i] > h ? part[i] : h;
  return h;
}

// A row whose largest number is infinite has the limits: nothing where all are -inf, as where everything is masked, and even shares for
// those that are +inf.
template <class T>
auto at_infinity(const T* x, T* y, index_t n, T h, bool logarithm) -> void {
  index_t count = 0;
  for (index_t i = 0; i < n; ++i) count += x[i] == h;
  const auto share = h < 0 ? 0.0 : 1.0 / static_cast<double>(count);
  for (index_t i = 0; i < n; ++i) {
    const double p = x[i] == h ? share : 0.0;
    y[i] = static_cast<T>(logarithm ? std::log(p) : p);
  }
}

template <class T>
auto row(const T* x, T* y, index_t n, bool logarithm) -> void {
  using L = batch<T>;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  const T h = highest(x, n);
  if (std::isinf(h)) return at_infinity(x, y, n, h, logarithm);
  L sum(0);
  each_batch<T>(n, lowest, x, [&](index_t i, index_t count, L v) {
    const auto e = exp(v - L(h));
    sum = sum + e;
    if (!logarithm) store_part(e, y + i, count);
  });
  const auto s = total(sum);
  const L shift(logarithm ? static_cast<T>(static_cast<double>(h) + std::log(s)) : static_cast<T>(1 / s));
  each_batch<T>(n, T{}, logarithm ? x : y,
                [&](index_t i, index_t count, L v) { store_part(logarithm ? v - shift : v * shift, y + i, count); });
}

template <class T>
auto vjp_of_tensor(const T* y, const T* g, T* out, index_t n, bool logarithm) -> void {
  using L = batch<T>;
  L sum(0);
  each_batch<T>(n, T{}, y, g, [&](index_t, index_t, L v, L c) { sum = sum + (logarithm ? c : strong_mul(v, c)); });
  const L s(static_cast<T>(total(sum)));
  each_batch<T>(n, T{}, y, g, [&](index_t i, index_t count, L v, L c) {
    store_part(logarithm ? c - strong_mul(exp(v), s) : strong_mul(v, c - s), out + i, count);
  });
}

}  // namespace

template <instruction_set S, class T>
auto softmax_loops<S, T>::value(const T* x, T* y, index_t n, index_t rows, bool logarithm) -> void {
  for (; rows > 0; --rows, x += n, y += n) row(x, y, n, logarithm);
}

template <instruction_set S, class T>
auto softmax_loops<S, T>::vjp(const T* y, const T* g, T* out, index_t n, index_t rows, bool logarithm) -> void {
  for (; rows > 0; --rows, y += n, g += n, out += n) vjp_of_tensor(y, g, out, n, logarithm);
}

template struct softmax_loops<compiled_set, float>;
template struct softmax_loops<compiled_set, double>;

}  // namespace seegrad
