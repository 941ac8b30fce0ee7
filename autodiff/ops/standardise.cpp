#include <autodiff/ops/standardise.hpp>

#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/lane_part.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

// What there is to know about a row before its numbers are written.
struct moments {
  double mean, scale;
};

template <class T>
auto moments_of(const T* x, index_t n, double eps) -> moments {
  using L = lane<T>;
  L sum(0), squares(0);
  each_lane<T>(n, T{}, x, [&](index_t, index_t, L v) { sum = sum + v; });
  const auto mean = static_cast<T>(total(sum) / static_cast<double>(n));
  each_lane<T>(n, mean, x, [&](index_t, index_t, L v) { squares = squares + (v - L(mean)) * (v - L(mean)); });
  return {static_cast<double>(mean), 1 / std::sqrt(total(squares) / static_cast<double>(n) + eps)};
}

template <class T>
auto pull_row(const T* x, const T* y, const T* g, T* out, index_t n, double eps) -> void {
  using L = lane<T>;
  L sum(0), along(0);
  each_lane<T>(n, T{}, g, y, [&](index_t, index_t, L c, L v) { sum = sum + c, along = along + c * v; });
  const auto count = static_cast<double>(n);
  const L scale(moments_of(x, n, eps).scale), mean(total(sum) / count), part(total(along) / count);
  each_lane<T>(n, T{}, g, y,
               [&](index_t i, index_t left, L c, L v) { store_part((c - mean - v * part) * scale, out + i, left); });
}

// f(offset of a row, its length), for all rows.
template <class F>
auto each_row(const dims& shape, F f) -> void {
  const auto n = shape.back(), rows = n == 0 ? 0 : elements(shape) / n;
  parallel_for(rows, std::max<index_t>(1, (1 << 14) / std::max<index_t>(n, 1)), [&](index_t begin, index_t end) {
    for (auto r = begin; r < end; ++r) f(r * n, n);
  });
}

}  // namespace

auto standardise_op::text(const double& eps) -> std::string { return fmt::format("eps {}", eps); }

auto standardised(const array& given, double eps) -> array {
  if (given.rank() == 0) throw error("standardise: a number is no row; the last axis is standardised");
  const auto x = given.cast(floating(given.type())).contiguous();
  auto y = array::uninitialized(x.type(), x.shape());
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.raw());
    each_row(x.shape(), [=](index_t at, index_t n) {
      const auto m = moments_of(from + at, n, eps);
      const lane<T> mean(m.mean), scale(m.scale);
      each_lane<T>(n, T{}, from + at,
                   [&](index_t i, index_t left, lane<T> v) { store_part((v - mean) * scale, to + at + i, left); });
    });
  });
  return y;
}

auto standardise_pull(const array& given_x, const array& given_y, const array& given_g, double eps) -> array {
  const auto type = given_y.type();
  const auto x = given_x.cast(type).contiguous(), y = given_y.contiguous(), g = given_g.cast(type).contiguous();
  auto out = array::uninitialized(type, x.shape());
  with_floating(type, [&]<class T>(T) {
    const auto *px = static_cast<const T*>(x.raw()), *py = static_cast<const T*>(y.raw()), *pg = static_cast<const T*>(g.raw());
    auto* to = static_cast<T*>(out.raw());
    each_row(x.shape(), [=](index_t at, index_t n) { pull_row(px + at, py + at, pg + at, to + at, n, eps); });
  });
  return out;
}

}  // namespace seegrad
