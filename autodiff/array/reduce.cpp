#include <autodiff/array/reduce.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/array/wrap.hpp>
#include <fmt/format.h>
#include <limits>

namespace seegrad {
namespace {

template <reduction How, class T>
constexpr auto start() -> T {
  if constexpr (How == reduction::sum) return 0;
  else if constexpr (How == reduction::prod) return 1;
  else if constexpr (std::is_floating_point_v<T>)
    return How == reduction::max ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  else return How == reduction::max ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
}

template <reduction How, class T>
[[gnu::always_inline]] inline auto combine(T a, T b) -> T {
  if constexpr (How == reduction::sum) return detail::wrapped_sum(a, b);
  else if constexpr (How == reduction::prod) return detail::wrapped_product(a, b);
  else if constexpr (How == reduction::max) return a > b || a != a ? a : b;
  else return a < b || a != a ? a : b;
}

// Many numbers side by side, so that the additions need not wait for each other.
template <reduction How, class A, class T>
[[gnu::always_inline]] inline auto reduce_row(const T* x, index_t n, index_t step) -> A {
  constexpr index_t width = 64 / sizeof(A) * 4;
  A total = start<How, A>();
  index_t i = 0;
  if (step == 1 && n >= width) {
    A side[width];
    std::fill_n(side, width, start<How, A>());
    for (; i + width <= n; i += width)
      for (index_t k = 0; k < width; ++k) side[k] = combine<How>(side[k], static_cast<A>(x[i + k]));
    for (index_t k = 0; k < width; ++k) total = combine<How>(total, side[k]);
  }
  for (; i < n; ++i) total = combine<How>(total, static_cast<A>(x[i * step]));
  return total;
}

// The axes in the order in which they lie in memory, the longest strides first: the order of a sum is free.
auto by_stride(const dims& strides) -> dims {
  dims order;
  for (int i = 0; i < strides.size(); ++i) {
    int at = i;
    while (at > 0 && std::abs(strides[static_cast<int>(order[at - 1])]) < std::abs(strides[i])) --at;
    order.insert(at, i);
  }
  return order;
}

auto in_order(const dims& list, const dims& order) -> dims {
  dims out;
  for (auto a : order) out.push(list[static_cast<int>(a)]);
  return out;
}

// `to_strides` has 0 for a reduced axis. A is what is accumulated in.
template <reduction How, class A, class T>
auto run(const array& x, A* to, const dims& to_strides) -> void {
  const auto order = by_stride(x.strides());
  const detail::nest<2> n(in_order(x.shape(), order), {in_order(x.strides(), order), in_order(to_strides, order)});
  const auto* from = static_cast<const T*>(x.raw());
  detail::vectorised([=, &n] {
    n.rows(0, n.row_count(), [=, &n](const auto& at) {
      const auto* row = from + at[0];
      auto* out = to + at[1];
      if (n.step[1] == 0) {
        *out = combine<How>(*out, reduce_row<How, A>(row, n.length, n.step[0]));
      } else if (n.step[0] == 1 && n.step[1] == 1) {
        for (index_t i = 0; i < n.length; ++i) out[i] = combine<How>(out[i], static_cast<A>(row[i]));
      } else {
        for (index_t i = 0; i < n.length; ++i) {
          auto& o = out[i * n.step[1]];
          o = combine<How>(o, static_cast<A>(row[i * n.step[0]]));
        }
      }
    });
  });
}

template <reduction How>
auto reduce_to(const array& x, const dims& shape, const dims& to_strides) -> array {
  constexpr bool in_double = How == reduction::sum || How == reduction::prod;
  const auto fill = [&]<class A, class T>(A, T) {
    auto out = array::uninitialized(dtype_of<A>, shape);
    std::fill_n(static_cast<A*>(out.raw()), out.size(), start<How, A>());
    run<How, A, T>(x, static_cast<A*>(out.raw()), to_strides);
    return out;
  };
  if (x.type() == float32) return in_double ? fill(double{}, float{}).cast(float32) : fill(float{}, float{});
  if (x.type() == float64) return fill(double{}, double{});
  if (x.type() == int64) return fill(std::int64_t{}, std::int64_t{});
  const auto out = fill(std::int64_t{}, bool{});
  return in_double ? out : out.cast(boolean);
}

auto dispatch(reduction how, const array& x, const dims& shape, const dims& to_strides) -> array {
  // Of one number each there is nothing to compute: the bias of a single sample is such a sum.
  if (x.is_floating() && x.is_contiguous() && elements(shape) == x.size()) return x.view(shape, detail::row_major(shape));
  switch (how) {
    case reduction::sum: return reduce_to<reduction::sum>(x, shape, to_strides);
    case reduction::prod: return reduce_to<reduction::prod>(x, shape, to_strides);
    case reduction::max: return reduce_to<reduction::max>(x, shape, to_strides);
    default: return reduce_to<reduction::min>(x, shape, to_strides);
  }
}

}  // namespace

namespace detail {
auto normal_axes(const dims& axes, bool all, int rank, std::string_view who) -> dims {
  dims out;
  if (all)
    for (int i = 0; i < rank; ++i) out.push(i);
  for (auto a : axes) out.push(axis_of(a, rank, who));
  std::sort(out.begin(), out.end());
  for (int i = 1; i < out.size(); ++i)
    if (out[i] == out[i - 1]) throw error(fmt::format("{}: axis {} is named twice in {}", who, out[i], to_list(axes)));
  return out;
}

auto reduced_shape(const dims& shape, const dims& axes, bool keep_axes) -> dims {
  auto out = shape;
  for (int i = axes.size() - 1; i >= 0; --i) {
    const auto a = static_cast<int>(axes[i]);
    if (keep_axes) out[a] = 1;
    else out.erase(a);
  }
  return out;
}
}  // namespace detail

auto reduce(reduction how, const array& x, const dims& axes, bool keep_axes, std::string_view who) -> array {
  const auto shape = detail::reduced_shape(x.shape(), axes, keep_axes), kept = detail::reduced_shape(x.shape(), axes, true);
  if (x.size() == 0 && elements(shape) > 0 && (how == reduction::max || how == reduction::min))
    throw error(fmt::format("{}: {} has no elements along the axes {}", who, to_string(x.shape()), detail::to_list(axes)));
  auto strides = detail::row_major(kept);
  for (auto a : axes) strides[static_cast<int>(a)] = 0;
  return dispatch(how, x, shape, strides);
}

auto sum_to(const array& x, const dims& shape) -> array {
  if (x.shape() == shape) return x;
  const auto strides = detail::repeated(shape, detail::row_major(shape), x.shape());
  return dispatch(reduction::sum, x, shape, strides);
}

namespace {

template <class T>
auto contiguous_sum(const T* x, index_t n) -> T {
  if (n == 1) return *x;
  double total = 0;
  detail::vectorised([=, &total] { total += reduce_row<reduction::sum, double>(x, n, 1); });
  return static_cast<T>(total);
}

}  // namespace

namespace detail {
auto sum_of(const float* x, index_t n) -> float { return contiguous_sum(x, n); }
auto sum_of(const double* x, index_t n) -> double { return contiguous_sum(x, n); }
}  // namespace detail

auto count_nonzero(const array& x) -> index_t {
  const auto c = x.contiguous();
  return detail::with_type(c.type(), [&]<class T>(T) { return c.size() - std::count(c.data<T>(), c.data<T>() + c.size(), T{}); });
}
auto all(const array& x) -> bool { return count_nonzero(x) == x.size(); }
auto any(const array& x) -> bool { return count_nonzero(x) > 0; }

}  // namespace seegrad
