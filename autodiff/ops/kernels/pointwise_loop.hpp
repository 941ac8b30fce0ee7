#pragma once
// How the loops of ops/kernels/kernels.hpp, which take contiguous numbers, are led over arrays of any shapes and strides. Used by pointwise.cpp and
// prepared_pointwise.cpp.
//
//   in_one_go      operands alike, few elements: the loop itself
//   over           the rest: what is repeated or strided is brought together a block at a time, large arrays are cut for threads

#include <algorithm>
#include <array>
#include <autodiff/array/nest.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>

namespace seegrad::detail {

inline constexpr index_t block = 512;      // numbers of an operand that are brought together before they are used
inline constexpr index_t piece = 1 << 15;  // elements of a thread at a time

// The loops for the instruction set in use.
template <class T>
auto kernels(const operation& op) -> const array_kernels::loops<T>& {
  return op.kernels[static_cast<std::size_t>(instructions())]->of<T>();
}

// Operands, ready to be walked as arrays of T of one shape: at most arity + 2 of them, with the cotangent and the result.
template <class T, int N>
struct walk {
  std::array<array, N> kept;  // owns what had to be converted
  std::array<const T*, N> data;
  std::array<dims, N> strides;

  auto set(int i, const array& a, const dims& to) -> void {
    const auto at = static_cast<std::size_t>(i);
    kept[at] = a.type() == dtype_of<T> ? a : a.cast(dtype_of<T>);
    data[at] = static_cast<const T*>(kept[at].raw());
    strides[at] = repeated(a.shape(), kept[at].strides(), to);
  }
};

// Runs f(pointers, n) over stretches in which every input is contiguous. One that is not is copied, a block at a time, to where it is.
template <class T, std::size_t N, class F>
auto in_stretches(const std::array<const T*, N>& from, const std::array<index_t, N>& step, index_t n, F f) -> void {
  std::array<const T*, N> at = from;
  if (n == 1 || std::all_of(step.begin(), step.end(), [](index_t s) { return s == 1; })) return f(at.data(), index_t{0}, n);
  T scratch[N][block];
  for (std::size_t a = 0; a < N; ++a)
    if (step[a] == 0) std::fill_n(scratch[a], std::min(n, block), *from[a]), at[a] = scratch[a];
  for (index_t i = 0; i < n; i += block) {
    const auto count = std::min(block, n - i);
    for (std::size_t a = 0; a < N; ++a) {
      if (step[a] == 1) at[a] = from[a] + i;
      else if (step[a] != 0) {
        for (index_t k = 0; k < count; ++k) scratch[a][k] = from[a][(i + k) * step[a]];
        at[a] = scratch[a];
      }
    }
    f(at.data(), i, count);
  }
}

// The whole of a nest, cut into pieces for threads: into rows where there are many, else along the row.
template <int N, class F>
auto in_pieces(const nest<N>& n, F f) -> void {
  const auto rows = n.row_count();
  if (rows * n.length <= numbers_worth_threads) return n.rows(0, rows, [&](const auto& at) { f(at, index_t{0}, n.length); });
  if (rows == 1)
    return parallel_for(n.length, piece, [&](index_t begin, index_t end) { f(typename nest<N>::offsets{}, begin, end); });
  parallel_for(rows, std::max<index_t>(1, piece / n.length),
               [&](index_t first, index_t last) { n.rows(first, last, [&](const auto& at) { f(at, index_t{0}, n.length); }); });
}

// Few numbers a row, some of them the same in every row, such as a bias: those are written out for as many rows as make a block,
// and so many rows are then one stretch. Returns false where the operands are not of this kind.
template <class T, int N, class F>
auto in_bundles(const nest<N + 1>& n, T* to, const std::array<const T*, N>& data, F f) -> bool {
  constexpr index_t few = block / 4;
  if (!n.has_one_outer() || n.length > few || n.row_count() < 4) return false;
  const auto together = block / n.length;
  T written[N][block];
  std::array<index_t, N> step;
  for (std::size_t a = 0; a < N; ++a) {
    step[a] = n.outer_step()[a];
    const bool same = step[a] == 0 && n.step[a] == 1, joined = step[a] == n.length && n.step[a] == 1;
    if (!same && !joined) return false;
    if (same)
      for (index_t r = 0; r < together; ++r) std::copy_n(data[a], n.length, written[a] + r * n.length);
  }
  const auto bundles = (n.row_count() + together - 1) / together;
  const bool is_worth_threads = n.row_count() * n.length > numbers_worth_threads;
  parallel_for(bundles, is_worth_threads ? std::max<index_t>(1, piece / block) : bundles, [&](index_t begin, index_t end) {
    for (auto b = begin; b < end; ++b) {
      const auto first = b * together, rows = std::min(together, n.row_count() - first);
      const T* from[N];
      for (std::size_t a = 0; a < N; ++a) from[a] = step[a] == 0 ? written[a] : data[a] + first * n.length;
      f(to + first * n.length, from, rows * n.length);
    }
  });
  return true;
}

// out = f(inputs...), all repeated to the shape of `out`, which is contiguous.
template <class T, int N, class F>
auto over(array& out, const walk<T, N>& w, F f) -> void {
  std::array<dims, N + 1> strides;
  std::copy(w.strides.begin(), w.strides.end(), strides.begin());
  strides[N] = out.strides();
  const nest<N + 1> n(out.shape(), strides);
  auto* to = static_cast<T*>(out.raw());
  if (in_bundles<T, N>(n, to, w.data, f)) return;
  in_pieces(n, [&](const auto& at, index_t begin, index_t end) {
    std::array<const T*, N> from;
    std::array<index_t, N> step;
    for (std::size_t a = 0; a < N; ++a) step[a] = n.step[a], from[a] = w.data[a] + at[a] + begin * step[a];
    auto* row = to + at[N] + begin * (n.length > 1 ? n.step[N] : 1);
    in_stretches<T, N>(from, step, end - begin, [&](const T* const* x, index_t i, index_t count) { f(row + i, x, count); });
  });
}

// What most operations meet: contiguous arrays of one type and shape, too few elements for threads, and plain numbers, which are
// written out where there are few. Calls f(one of the arrays, pointers), or returns false.
template <class T, class F>
[[gnu::noinline]] auto with_numbers_written_out(array_pointers x, const array& whole, F f) -> void {
  const T* from[max_arity + 2];
  T written[max_arity - 1][block];
  auto* next = written;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i]->is_number()) from[i] = static_cast<const T*>(x[i]->raw());
    else {
      std::fill_n(*next, whole.size(), static_cast<T>(x[i]->item()));
      from[i] = *next++;
    }
  }
  f(whole, from);
}
template <class F>
[[gnu::always_inline]] inline auto in_one_go(array_pointers x, F f) -> bool {
  const array* whole = nullptr;
  std::size_t numbers = 0;
  for (const auto* a : x) {
    if (a->is_number()) ++numbers;
    else if (!a->is_contiguous()) return false;
    else if (whole) {
      if (a->type() != whole->type() || a->shape() != whole->shape()) return false;
    } else {
      if (!a->is_floating() || a->size() > numbers_worth_threads || a->is_null()) return false;
      whole = a;
    }
  }
  if (!whole || numbers >= max_arity || (numbers > 0 && whole->size() > block)) return false;
  with_floating(whole->type(), [&]<class T>(T) {
    if (numbers > 0) return with_numbers_written_out<T>(x, *whole, f);
    const T* from[max_arity + 2];
    for (std::size_t i = 0; i < x.size(); ++i) from[i] = static_cast<const T*>(x[i]->raw());
    f(*whole, from);
  });
  return true;
}

}  // namespace seegrad::detail
