#include <autodiff/ops/compare.hpp>

#include <algorithm>
#include <autodiff/array/nest.hpp>
#include <cmath>

namespace seegrad {
namespace {

// f over pairs of elements, both read as T, into truth values.
template <class T, class F>
auto mask_of(const array& a, const array& b, std::string_view who, F f) -> array {
  const auto x = a.cast(dtype_of<T>), y = b.cast(dtype_of<T>);
  const auto shape = broadcast(x.shape(), y.shape(), who);
  auto out = array::uninitialized(boolean, shape);
  const nest<3> n(shape, {out.strides(), repeated(x.shape(), x.strides(), shape), repeated(y.shape(), y.strides(), shape)});
  auto* to = static_cast<bool*>(out.raw());
  const auto *p = static_cast<const T*>(x.raw()), *q = static_cast<const T*>(y.raw());
  n.rows(0, n.row_count(), [&](const auto& at) {
    for (index_t i = 0; i < n.length; ++i) to[at[0] + i] = f(p[at[1] + i * n.step[1]], q[at[2] + i * n.step[2]]);
  });
  return out;
}

template <class F>
auto test(const array& x, F f) -> array {
  return with_floating(x.type(), [&]<class T>(T) { return mask_of<T>(x, x, "test", [&](T a, T) { return f(a); }); });
}

}  // namespace

auto compare(comparison how, const array& a, const array& b) -> array {
  const auto run = [&]<class T>(T) {
    switch (how) {
      case comparison::less: return mask_of<T>(a, b, "<", [](T p, T q) { return p < q; });
      case comparison::greater: return mask_of<T>(a, b, ">", [](T p, T q) { return p > q; });
      case comparison::less_equal: return mask_of<T>(a, b, "<=", [](T p, T q) { return p <= q; });
      case comparison::greater_equal: return mask_of<T>(a, b, ">=", [](T p, T q) { return p >= q; });
      case comparison::equal: return mask_of<T>(a, b, "==", [](T p, T q) { return p == q; });
      default: return mask_of<T>(a, b, "!=", [](T p, T q) { return p != q; });
    }
  };
  const auto is = [&](dtype t) { return (a.type() == t || a.is_number()) && (b.type() == t || b.is_number()); };
  if (is(float32)) return run(float{});
  if (a.type() == int64 && b.type() == int64) return run(std::int64_t{});
  return run(double{});
}

auto combine(logic how, const array& a, const array& b) -> array {
  switch (how) {
    case logic::conjunction: return mask_of<bool>(a, b, "&", [](bool p, bool q) { return p && q; });
    case logic::disjunction: return mask_of<bool>(a, b, "|", [](bool p, bool q) { return p || q; });
    default: return mask_of<bool>(a, b, "^", [](bool p, bool q) { return p != q; });
  }
}

auto operator!(const array& a) -> array {
  return mask_of<bool>(a, a, "!", [](bool p, bool) { return !p; });
}

auto isnan(const array& x) -> array {
  return test(x, [](auto a) { return std::isnan(a); });
}
auto isinf(const array& x) -> array {
  return test(x, [](auto a) { return std::isinf(a); });
}
auto isfinite(const array& x) -> array {
  return test(x, [](auto a) { return std::isfinite(a); });
}

auto count_nonzero(const array& x) -> index_t {
  const auto c = x.contiguous();
  return with_type(c.type(), [&]<class T>(T) { return c.size() - std::count(c.data<T>(), c.data<T>() + c.size(), T{}); });
}

auto all(const array& x) -> bool { return count_nonzero(x) == x.size(); }
auto any(const array& x) -> bool { return count_nonzero(x) > 0; }

}  // namespace seegrad
