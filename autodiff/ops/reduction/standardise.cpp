#include <autodiff/ops/reduction/standardise.hpp>

#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

// f(offset of the first row, length of each, how many), for all rows.
template <class F>
auto each_row(const dims& shape, F f) -> void {
  const auto n = shape.back(), rows = n == 0 ? 0 : elements(shape) / n;
  detail::parallel_rows(rows, n, [&](index_t begin, index_t end) { f(begin * n, n, end - begin); });
}

}  // namespace

auto standardise_op::text(const double& eps) -> std::string { return fmt::format("eps {}", eps); }

namespace detail {
auto standardised_like(const array& x) -> array {
  if (x.rank() == 0) throw error("standardise: a number is no row; the last axis is standardised");
  return stand_in(x.shape(), floating(x.type()));
}

auto standardise_into(const array& given, double eps, array& y) -> void {
  const auto x = given.cast(floating(given.type())).contiguous();
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.raw());
    each_row(x.shape(), [=](index_t at, index_t n, index_t rows) {
      with_instructions([=]<instruction_set S>(chosen<S>) { standardise_loops<S, T>::value(from + at, to + at, n, rows, eps); });
    });
  });
}

auto standardise_vjp(const array& given_x, const array& given_y, const array& given_g, double eps) -> array {
  const auto type = given_y.type();
  const auto x = given_x.cast(type).contiguous(), y = given_y.contiguous(), g = given_g.cast(type).contiguous();
  auto out = array::uninitialized(type, x.shape());
  with_floating(type, [&]<class T>(T) {
    const auto *px = static_cast<const T*>(x.raw()), *py = static_cast<const T*>(y.raw()), *pg = static_cast<const T*>(g.raw());
    auto* to = static_cast<T*>(out.raw());
    each_row(x.shape(), [=](index_t at, index_t n, index_t rows) {
      with_instructions(
          [=]<instruction_set S>(chosen<S>) { standardise_loops<S, T>::vjp(px + at, py + at, pg + at, to + at, n, rows, eps); });
    });
  });
  return out;
}
}  // namespace detail

}  // namespace seegrad
