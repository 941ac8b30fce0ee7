#include <autodiff/ops/kernels/batch_part.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <cmath>

namespace seegrad::detail {
namespace {

// What there is to know about a row before its numbers are written.
struct moments {
  double mean, scale;
};

template <class T>
auto moments_of(const T* x, index_t n, double eps) -> moments {
  using L = batch<T>;
  L sum(0), squares(0);
  each_batch<T>(n, T{}, x, [&](index_t, index_t, L v) { sum = sum + v; });
  const auto mean = static_cast<T>(total(sum) / static_cast<double>(n));
  each_batch<T>(n, mean, x, [&](index_t, index_t, L v) { squares = squares + (v - L(mean)) * (v - L(mean)); });
  return {static_cast<double>(mean), 1 / std::sqrt(total(squares) / static_cast<double>(n) + eps)};
}

template <class T>
auto row(const T* x, T* y, index_t n, double eps) -> void {
  const auto m = moments_of(x, n, eps);
  const batch<T> mean(m.mean), scale(m.scale);
  each_batch<T>(n, T{}, x, [&](index_t i, index_t left, batch<T> v) { store_part((v - mean) * scale, y + i, left); });
}

template <class T>
auto vjp_of_tensor(const T* x, const T* y, const T* g, T* out, index_t n, double eps) -> void {
  using L = batch<T>;
  L sum(0), along(0);
  each_batch<T>(n, T{}, g, y, [&](index_t, index_t, L c, L v) { sum = sum + c, along = along + strong_mul(c, v); });
  const auto count = static_cast<double>(n);
  const L scale(moments_of(x, n, eps).scale), mean(total(sum) / count), part(total(along) / count);
  each_batch<T>(n, T{}, g, y, [&](index_t i, index_t left, L c, L v) {
    store_part(strong_mul(c - mean - strong_mul(v, part), scale), out + i, left);
  });
}

}  // namespace

template <instruction_set S, class T>
auto standardise_loops<S, T>::value(const T* x, T* y, index_t n, index_t rows, double eps) -> void {
  for (; rows > 0; --rows, x += n, y += n) row(x, y, n, eps);
}

template <instruction_set S, class T>
auto standardise_loops<S, T>::vjp(const T* x, const T* y, const T* g, T* out, index_t n, index_t rows, double eps) -> void {
  for (; rows > 0; --rows, x += n, y += n, g += n, out += n) vjp_of_tensor(x, y, g, out, n, eps);
}

template struct standardise_loops<compiled_set, float>;
template struct standardise_loops<compiled_set, double>;

}  // namespace seegrad::detail
