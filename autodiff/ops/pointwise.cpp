#include <autodiff/ops/pointwise.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/reduce.hpp>
#include <autodiff/ops/kernels.hpp>
#include <autodiff/ops/library.hpp>

namespace seegrad {
namespace {

constexpr index_t block = 512;      // numbers of an operand that are brought together before they are used
constexpr index_t piece = 1 << 15;  // elements that are worth a thread

auto common_type(array_pointers x) -> dtype {
  bool any = false, twice = false;
  for (const auto* p : x) {
    const auto& a = *p;
    if (a.is_number() || a.type() == boolean) continue;
    any = true;
    twice = twice || a.type() != float32;
  }
  return any && !twice ? float32 : float64;
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
  if (rows * n.length <= piece) return n.rows(0, rows, [&](const auto& at) { f(at, index_t{0}, n.length); });
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
  parallel_for(bundles, std::max<index_t>(1, piece / block), [&](index_t begin, index_t end) {
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

template <class T, int Arity>
auto value_of(const operation& op, array_pointers x, array& y) -> void {
  walk<T, Arity> w;
  for (int i = 0; i < Arity; ++i) w.set(i, *x[static_cast<std::size_t>(i)], y.shape());
  const auto kernel = op.kernels->of<T>().value;
  over<T, Arity>(y, w, [&](T* to, const T* const* from, index_t n) { kernel(to, from, n); });
}

template <class T>
auto pull_kernel(const operation& op, int i, bool add) {
  const auto& loops = op.kernels->of<T>();
  return (add ? loops.pull_add : loops.pull)[i];
}

// out = g * d or out += g * d, in the shape of y.
template <class T, int Arity>
auto product_of(const operation& op, int i, array_pointers x, const array& y, const array& g, array& out, bool add) -> void {
  walk<T, Arity + 2> w;
  for (int k = 0; k < Arity; ++k) w.set(k, *x[static_cast<std::size_t>(k)], y.shape());
  w.set(Arity, y, y.shape());
  w.set(Arity + 1, g, y.shape());
  const auto kernel = pull_kernel<T>(op, i, add);
  over<T, Arity + 2>(out, w, [&](T* to, const T* const* from, index_t n) { kernel(to, from[Arity + 1], from, from[Arity], n); });
}

template <class F>
auto with_arity(int arity, F f) -> void {
  if (arity == 1) f(std::integral_constant<int, 1>{});
  else if (arity == 2) f(std::integral_constant<int, 2>{});
  else f(std::integral_constant<int, 3>{});
}

auto constant_slope(const operation& op, int i) -> double {
  const double nothing[max_arity] = {};
  return op.partial(i, nothing, 0.0);
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
      if (!a->is_floating() || a->size() > piece || a->is_null()) return false;
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

auto product(const operation& op, int i, array_pointers x, const array& y, const array& g, array& out, bool add) -> void {
  const array* all[max_arity + 2] = {&y, &g};
  std::copy(x.begin(), x.end(), all + 2);
  const auto at_once = [&]<class T>(const array&, const T* const* from) {
    pull_kernel<T>(op, i, add)(static_cast<T*>(out.raw()), from[1], from + 2, from[0], y.size());
  };
  if (in_one_go({all, x.size() + 2}, at_once)) return;
  with_floating(y.type(), [&]<class T>(T) {
    with_arity(op.arity, [&](auto arity) { product_of<T, arity.value>(op, i, x, y, g, out, add); });
  });
}

struct pointers_to {
  const array* at[max_arity];
  std::size_t count;
  explicit pointers_to(std::span<const array> x) : count(x.size()) {
    for (std::size_t i = 0; i < count; ++i) at[i] = &x[i];
  }
  operator array_pointers() const { return {at, count}; }
};

}  // namespace

auto compute_pointwise(const operation& op, array_pointers x) -> array {
  array quick;
  const auto at_once = [&]<class T>(const array& like, const T* const* from) {
    quick = array::uninitialized_like(like);
    op.kernels->of<T>().value(static_cast<T*>(quick.raw()), from, quick.size());
  };
  if (in_one_go(x, at_once)) return quick;
  auto shape = x[0]->shape();
  for (std::size_t i = 1; i < x.size(); ++i) shape = broadcast(shape, x[i]->shape(), op.name);
  auto y = array::uninitialized(common_type(x), shape);
  with_floating(y.type(), [&]<class T>(T) { with_arity(op.arity, [&](auto arity) { value_of<T, arity.value>(op, x, y); }); });
  return y;
}

auto compute_pointwise(const operation& op, std::span<const array> x) -> array { return compute_pointwise(op, pointers_to(x)); }

auto hands_on(const operation& op, int i, const array& x, const array& g) -> bool {
  return op.kernels->constant_slope[i] && x.type() == g.type() && !x.is_number() && x.shape() == g.shape() &&
         constant_slope(op, i) == 1;
}

auto push_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& tangent) -> array {
  auto out = array::uninitialized(y.type(), y.shape());
  product(op, i, pointers_to(x), y, tangent, out, false);
  return out;
}

auto pull_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& g) -> array {
  return pull_pointwise(op, i, pointers_to(x), y, g);
}

auto pull_pointwise(const operation& op, int i, array_pointers x, const array& y, const array& g) -> array {
  const auto& operand = *x[static_cast<std::size_t>(i)];
  array p;
  if (op.kernels->constant_slope[i]) {
    // Most sums hand the cotangent on as it is, and the arrays then share its memory.
    const auto d = constant_slope(op, i);
    p = sum_to(g, operand.shape());
    if (d == -1) p = -p;
    else if (d != 1) p = p * d;
  } else {
    p = array::uninitialized_like(y);
    product(op, i, x, y, g, p, false);
    if (p.shape() != operand.shape()) p = sum_to(p, operand.shape());
  }
  return operand.is_number() || p.type() == operand.type() ? p : p.cast(operand.type());
}

auto pull_pointwise_into(array& adjoint, const operation& op, int i, array_pointers x, const array& y, const array& g) -> void {
  const auto& operand = *x[static_cast<std::size_t>(i)];
  const bool in_one_pass = operand.shape() == y.shape() && adjoint.type() == y.type() && !op.kernels->constant_slope[i];
  if (in_one_pass && adjoint.is_writable_in_place()) return product(op, i, x, y, g, adjoint, true);
  add_into(adjoint, pull_pointwise(op, i, x, y, g));
}

auto add_into(array& a, const array& b) -> void {
  if (!a.is_writable_in_place() || a.type() != b.type() || a.shape() != b.shape()) {
    a = compute_pointwise(operation_of<add_op>(), std::array{a, b});
    return;
  }
  with_floating(a.type(), [&]<class T>(T) {
    if (b.is_contiguous() && a.size() <= piece) {
      auto* to = static_cast<T*>(a.raw());
      const auto* from = static_cast<const T*>(b.raw());
      for (index_t k = 0; k < a.size(); ++k) to[k] += from[k];
      return;
    }
    walk<T, 1> w;
    w.set(0, b, a.shape());
    over<T, 1>(a, w, [&](T* to, const T* const* from, index_t n) {
      for (index_t k = 0; k < n; ++k) to[k] += from[0][k];
    });
  });
}

}  // namespace seegrad
