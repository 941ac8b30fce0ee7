// Operations on numbers over arrays, prepared: the loop itself over all elements, where operands and result are alike and of one piece.

#include <algorithm>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/kernels/pointwise_loop.hpp>
#include <autodiff/ops/pointwise/library.hpp>

namespace seegrad::detail {
namespace {

constexpr auto most = max_arity + 2;  // the operands, the result and its cotangent

auto is_whole(const array_form& x, const array_form& y) -> bool {
  return !x.is_number && x.type == y.type && x.shape == y.shape && x.is_contiguous();
}

// loop(to, sources, n) over `count` sources, of which those in `numbers` are one number each, which is written out.
template <class T, class Loop>
auto over(std::size_t count, unsigned numbers, Loop loop) -> prepared {
  if (numbers == 0)
    return [=](void* to, const void* const* from, index_t n) {
      const T* at[most];
      for (std::size_t i = 0; i < count; ++i) at[i] = static_cast<const T*>(from[i]);
      loop(static_cast<T*>(to), at, n);
    };
  return [=](void* to, const void* const* from, index_t n) {
    const T* at[most];
    T written[max_arity - 1][detail::block];
    auto* next = written;
    for (std::size_t i = 0; i < count; ++i) {
      if (!(numbers >> i & 1)) at[i] = static_cast<const T*>(from[i]);
      else {
        std::fill_n(*next, std::min(n, detail::block), static_cast<T>(*static_cast<const double*>(from[i])));
        at[i] = *next++;
      }
    }
    auto* y = static_cast<T*>(to);
    for (; n > 0; n -= detail::block) {
      loop(y, at, std::min(n, detail::block));
      y += detail::block;
      for (std::size_t i = 0; i < count; ++i)
        if (!(numbers >> i & 1)) at[i] += detail::block;
    }
  };
}

// Which operands are numbers, as bits; nothing where the loop cannot be used as it is.
auto numbers_among(const operation& op, const prepared_for& f) -> std::optional<unsigned> {
  if (f.y.is_number || !is_floating(f.y.type) || op.kernels[0]->mask) return {};
  unsigned numbers = 0, count = 0;
  for (std::size_t i = 0; i < f.x.size(); ++i) {
    if (is_whole(f.x[i], f.y)) continue;
    const bool asked = i == 0 && op.kernels[0]->asks_first;
    if (!f.x[i].is_number || f.x[i].type != float64 || asked) return {};
    numbers |= 1u << i, ++count;
  }
  if (count == f.x.size()) return {};
  return numbers;
}

// The cotangent times a slope that is 1 or -1.
template <class T>
auto scaled(double slope, std::size_t count, bool add) -> prepared {
  return over<T>(count, 0, [=](T* to, const T* const* from, index_t n) {
    const auto* g = from[count - 1];
    const T sign = slope < 0 ? T(-1) : T(1);
    vectorised([=] {
      if (add)
        for (index_t k = 0; k < n; ++k) to[k] += sign * g[k];
      else
        for (index_t k = 0; k < n; ++k) to[k] = sign * g[k];
    });
  });
}

}  // namespace

auto prepare_pointwise(const operation& op, const prepared_for& f) -> prepared {
  const auto numbers = numbers_among(op, f);
  if (!numbers) return {};
  return with_floating(f.y.type, [&]<class T>(T) {
    const auto loop = detail::kernels<T>(op).value;
    return over<T>(f.x.size(), *numbers, [=](T* to, const T* const* x, index_t n) { loop(to, x, n); });
  });
}

auto prepare_vjp_pointwise(const operation& op, int i, const prepared_for& f, bool add) -> prepared {
  const auto numbers = numbers_among(op, f);
  const auto at = static_cast<std::size_t>(i);
  if (!numbers || !is_whole(f.x[at], f.y)) return {};
  const auto count = f.x.size();
  return with_floating(f.y.type, [&]<class T>(T) -> prepared {
    if (const auto slope = constant_slope(op, i)) {
      if (*slope == 1 || *slope == -1) return scaled<T>(*slope, count + 2, add);
      return {};
    }
    const auto& loops = detail::kernels<T>(op);
    const auto loop = add ? loops.vjp_add[at] : loops.vjp[at];
    return over<T>(count + 2, *numbers, [=](T* to, const T* const* x, index_t n) { loop(to, x[count + 1], x, x[count], n); });
  });
}

}  // namespace seegrad::detail
