#pragma once
// What the loops of the optimisers share. For the .cpp files of this folder.
//
// The loops are plain, over one float type, with pointers that do not overlap, so that the compiler makes vectors of them.
// Settings are rounded to that type once, as PyTorch does.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <nn/optimise/clip.hpp>

namespace seegrad::nn::detail {

/// The gradient that an update sees: clipped, turned round where the loss is to grow, and with the weight decay of the L2 kind.
template <class T>
struct incoming {
  T scale, limit, decay;

  incoming(const clipping& clip, bool maximize, double weight_decay)
      : scale(static_cast<T>(maximize ? -clip.scale : clip.scale)),
        limit(static_cast<T>(clip.limit)),
        decay(static_cast<T>(weight_decay)) {}
  [[gnu::always_inline]] auto operator()(T g, T p) const -> T {
    g *= scale;
    g = g < -limit ? -limit : g > limit ? limit : g;  // NaN stays
    return g + decay * p;
  }
};

/// A tensor of the state, made when it is first needed.
inline auto ready(array& state, const array& p, double start = 0) -> void {
  if (state.is_null()) state = full(p.shape(), start, p.type());
}

/// f(first, count, p) for all of n numbers, compiled for the instruction set in use; p has the old numbers from there on, which are `x` or, where they
/// are written over, a copy of a stretch of it. The state of a piece of work fits into the cache of a core, and one core alone is faster where there
/// are few numbers.
template <class T, class F>
auto each_piece(index_t n, const T* x, const T* out, F f) -> void {
  seegrad::detail::parallel_rows(n, 1, [=](index_t i, index_t end) {
    seegrad::detail::vectorised([=] {
      if (x != out) return f(i, end - i, x + i);
      constexpr index_t stretch = 512;
      T old[stretch];
      for (auto k = i; k < end; k += stretch) {
        const auto count = std::min(stretch, end - k);
        std::copy_n(x + k, count, old);
        f(k, count, old);
      }
    });
  });
}

/// New numbers for p: make(T{}, out) fills `out`, which has p's type T, and is p's own memory where nobody else holds it.
template <class F>
auto new_numbers(const array& p, F&& make) -> array {
  if (p.is_writable_in_place()) {
    seegrad::detail::with_floating(p.type(), [&]<class T>(T type) { make(type, static_cast<T*>(p.raw())); });
    return p;
  }
  auto out = array::uninitialized(p.type(), p.shape());
  seegrad::detail::with_floating(p.type(), [&]<class T>(T type) { make(type, out.writable<T>().data()); });
  return out;
}

}  // namespace seegrad::nn::detail
