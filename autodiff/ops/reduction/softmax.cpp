#include <autodiff/ops/reduction/softmax.hpp>

#include <autodiff/array/copy.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>

namespace seegrad::detail {
namespace {

// Runs f(rows of each input, rows of the result, n, how many rows) with the axis last and all of it contiguous.
template <class F>
auto along(index_t axis, const array& a, const array& b, array& y, F f) -> void {
  const int k = axis_of(axis, a.rank(), "softmax");
  const auto type = y.type();
  const auto in_front = [&](const array& x) { return (k == a.rank() - 1 ? x : swap_axes(x, k, -1)).cast(type).contiguous(); };
  const auto x = in_front(a), z = in_front(b);
  const bool is_in_place = k == a.rank() - 1;
  auto out = is_in_place ? std::move(y) : array::uninitialized(type, x.shape());
  const auto n = x.shape().back();
  if (out.size() > 0)
    with_floating(type, [&]<class T>(T) {
      const auto *p = static_cast<const T*>(x.raw()), *q = static_cast<const T*>(z.raw());
      auto* to = static_cast<T*>(out.raw());
      parallel_rows(out.size() / n, n,
                    [&](index_t begin, index_t end) { f(p + begin * n, q + begin * n, to + begin * n, n, end - begin); });
    });
  if (is_in_place) y = std::move(out);
  else copy_elements(y, swap_axes(out, k, -1));
}

}  // namespace

auto softmax_into(const array& x, index_t axis, bool logarithm, array& y) -> void {
  along(axis, x, x, y, [=]<class T>(const T* in, const T*, T* out, index_t n, index_t rows) {
    with_instructions([=]<instruction_set S>(chosen<S>) { softmax_loops<S, T>::value(in, out, n, rows, logarithm); });
  });
}

auto softmax_vjp(const array& y, const array& g, index_t axis, bool logarithm) -> array {
  auto change = array::uninitialized(y.type(), y.shape());
  along(axis, y, g, change, [=]<class T>(const T* v, const T* c, T* out, index_t n, index_t rows) {
    with_instructions([=]<instruction_set S>(chosen<S>) { softmax_loops<S, T>::vjp(v, c, out, n, rows, logarithm); });
  });
  return change;
}

}  // namespace seegrad::detail
