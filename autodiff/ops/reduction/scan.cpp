#include <autodiff/ops/reduction/scan.hpp>

#include <autodiff/array/wrap.hpp>
#include <autodiff/ops/reduction/lines.hpp>

namespace seegrad::detail {
namespace {

// Floating numbers are accumulated in double; whole numbers and truth values as int64, which wraps around.
template <class Combine>
auto running(const array& x, int axis, bool from_the_end, int start, Combine combine) -> array {
  auto out = x.is_floating() ? x.copy() : x.cast(int64).copy();
  with_type(out.type(), [&]<class T>(T) {
    using wide = std::conditional_t<std::floating_point<T>, double, std::int64_t>;
    detail::each_line<T>(out, axis, [&](T* line, index_t step, index_t n) {
      auto total = static_cast<wide>(start);
      for (index_t i = 0; i < n; ++i) {
        auto& v = line[(from_the_end ? n - 1 - i : i) * step];
        total = combine(total, static_cast<wide>(v));
        v = static_cast<T>(total);
      }
    });
  });
  return out;
}

}  // namespace

auto running_sum(const array& x, int axis, bool from_the_end) -> array {
  return running(x, axis, from_the_end, 0, [](auto a, auto b) { return detail::wrapped_sum(a, b); });
}

auto running_product(const array& x, int axis, bool from_the_end) -> array {
  return running(x, axis, from_the_end, 1, [](auto a, auto b) { return detail::wrapped_product(a, b); });
}

auto check_recurrence(const dims& factors, const dims& terms) -> void {
  if (factors != terms)
    throw error("linear_recurrence: the factors " + to_string(factors) + " and the terms " + to_string(terms) +
                " differ in shape");
}

auto linear_recurrence_of(const array& a, const array& b, int axis, bool from_the_end) -> array {
  check_recurrence(a.shape(), b.shape());
  auto out = b.cast(narrowest(a, b)).copy();
  const auto factors = a.cast(out.type()).contiguous();
  with_floating(out.type(), [&]<class T>(T) {
    const auto* first = static_cast<const T*>(out.raw());
    const auto* by = factors.data<T>();
    detail::each_line<T>(out, axis, [&](T* line, index_t step, index_t n) {
      const auto* f = by + (line - first);
      double y = 0;
      for (index_t i = 0; i < n; ++i) {
        const auto at = (from_the_end ? n - 1 - i : i) * step;
        y = static_cast<double>(line[at]) + (i == 0 ? 0 : strong_mul(static_cast<double>(f[at]), y));
        line[at] = static_cast<T>(y);
      }
    });
  });
  return out;
}

}  // namespace seegrad::detail
