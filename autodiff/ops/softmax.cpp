#include <autodiff/ops/softmax.hpp>

#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels.hpp>
#include <autodiff/ops/lane_part.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <cmath>
#include <limits>

namespace seegrad {
namespace {

/// NaN if there is one among them.
template <class T>
auto highest(const T* x, index_t n) -> T {
  using L = lane<T>;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  L most(lowest), strange(0);
  each_lane<T>(n, lowest, x, [&](index_t, index_t, L v) {
    most = pick(v > most, v, most);
    strange = pick(v == v, strange, v);
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
  const auto share = h < 0 ? 0.0 : 1.0 / static_cast<double>(std::count(x, x + n, h));
  for (index_t i = 0; i < n; ++i) {
    const double p = x[i] == h ? share : 0.0;
    y[i] = static_cast<T>(logarithm ? std::log(p) : p);
  }
}

template <class T>
auto row(const T* x, T* y, index_t n, bool logarithm) -> void {
  using L = lane<T>;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  const T h = highest(x, n);
  if (std::isinf(h)) return at_infinity(x, y, n, h, logarithm);
  L sum(0);
  each_lane<T>(n, lowest, x, [&](index_t i, index_t count, L v) {
    const auto e = exp(v - L(h));
    sum = sum + e;
    if (!logarithm) store_part(e, y + i, count);
  });
  const auto s = total(sum);
  const L shift(logarithm ? static_cast<T>(static_cast<double>(h) + std::log(s)) : static_cast<T>(1 / s));
  each_lane<T>(n, T{}, logarithm ? x : y,
               [&](index_t i, index_t count, L v) { store_part(logarithm ? v - shift : v * shift, y + i, count); });
}

template <class T>
auto pull_row(const T* y, const T* g, T* out, index_t n, bool logarithm) -> void {
  using L = lane<T>;
  L sum(0);
  each_lane<T>(n, T{}, y, g, [&](index_t, index_t, L v, L c) { sum = sum + (logarithm ? c : v * c); });
  const L s(static_cast<T>(total(sum)));
  each_lane<T>(n, T{}, y, g,
               [&](index_t i, index_t count, L v, L c) { store_part(logarithm ? c - exp(v) * s : v * (c - s), out + i, count); });
}

// Runs f(row of each input, row of the result, n) with the axis last and all of it contiguous.
template <class F>
auto along(index_t axis, std::string_view who, const array& a, const array& b, F f) -> array {
  const int k = axis_of(axis, a.rank(), who);
  const auto type = a.is_floating() ? a.type() : float64;
  const auto in_front = [&](const array& x) { return (k == a.rank() - 1 ? x : swap_axes(x, k, -1)).cast(type).contiguous(); };
  const auto x = in_front(a), z = in_front(b);
  auto out = array::uninitialized(type, x.shape());
  const auto n = x.shape().back();
  if (out.size() > 0)
    with_floating(type, [&]<class T>(T) {
      const auto *p = static_cast<const T*>(x.raw()), *q = static_cast<const T*>(z.raw());
      auto* to = static_cast<T*>(out.raw());
      parallel_for(out.size() / n, std::max<index_t>(1, (1 << 14) / n), [&](index_t begin, index_t end) {
        for (auto r = begin; r < end; ++r) f(p + r * n, q + r * n, to + r * n, n);
      });
    });
  return k == a.rank() - 1 ? out : swap_axes(out, k, -1);
}

}  // namespace

auto softmax_of(const array& x, index_t axis, bool logarithm) -> array {
  return along(axis, logarithm ? "log_softmax" : "softmax", x, x,
               [=]<class T>(const T* in, const T*, T* out, index_t n) { row(in, out, n, logarithm); });
}

auto softmax_pull(const array& y, const array& g, index_t axis, bool logarithm) -> array {
  return along(axis, "softmax", y, g,
               [=]<class T>(const T* v, const T* c, T* out, index_t n) { pull_row(v, c, out, n, logarithm); });
}

}  // namespace seegrad
