#include <algorithm>
#include <array>
#include <autodiff/ops/kernels/batch_fold.hpp>
#include <autodiff/ops/kernels/batch_part.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <cmath>
#include <limits>
#include <utility>

namespace seegrad::detail {
namespace {

// Batches along rows of n numbers: each(sum, i, batches from place i of each row), with four sums in turn, so that none waits for the one before; and
// at the end, where numbers are left that fill no batch, last(i, seen, batches), of which the first `seen` were in the batch before, too. That is
// loaded first, so that a result may be written where an operand was. Rows are not shorter than a batch.
template <class T>
struct four {
  batch<T> a, b, c, d;
};
template <class T, class Each, class Last, class... X>
[[gnu::always_inline]] inline auto along_row(four<T>& sum, index_t n, Each each, Last last, const X*... x) -> void {
  using L = batch<T>;
  constexpr index_t size = L::size;
  const auto end = n - size;
  [&](auto... ending) {
    index_t i = 0;
    for (; i + 4 * size <= n; i += 4 * size) {
      each(sum.a, i, L::load(x + i)...);
      each(sum.b, i + size, L::load(x + i + size)...);
      each(sum.c, i + 2 * size, L::load(x + i + 2 * size)...);
      each(sum.d, i + 3 * size, L::load(x + i + 3 * size)...);
    }
    for (; i + size <= n; i += size) each(sum.a, i, L::load(x + i)...);
    if (i < n) last(sum.b, end, i - end, ending...);
  }(L::load(x + end)...);
}

/// The batch, with 0 in its first places.
template <class T>
auto without_first(const batch<T>& v, index_t count) -> batch<T> {
  static constexpr auto place = [] {
    std::array<T, batch<T>::size> p{};
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = static_cast<T>(i);
    return p;
  }();
  return select(batch<T>::load(place.data()) < batch<T>(count), batch<T>(0), v);
}

// A row whose largest number is infinite has the limits: nothing where all are -inf, as where everything is masked, and even shares for
// those that are +inf.
template <class T>
auto at_infinity(const T* x, T* y, index_t n, T h, bool logarithm) -> void {
  index_t count = 0;
  double nan = 0;
  for (index_t i = 0; i < n; ++i) {
    count += x[i] == h;
    if (x[i] != x[i]) nan = static_cast<double>(x[i]);
  }
  const auto share = nan + (h < 0 ? 0.0 : 1.0 / static_cast<double>(count));
  for (index_t i = 0; i < n; ++i) {
    const double p = x[i] == h ? share : nan;
    y[i] = static_cast<T>(logarithm ? std::log(p) : p);
  }
}

template <class T>
auto highest(const T* x, index_t n) -> T {
  using L = batch<T>;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  four<T> most{lowest, lowest, lowest, lowest};
  along_row(
      most, n, [](L& m, index_t, L v) { m = at_least(m, v); }, [](L& m, index_t, index_t, L v) { m = at_least(m, v); }, x);
  return largest(at_least(at_least(most.a, most.b), at_least(most.c, most.d)));
}

// What makes the exponentials of a row their shares, or its numbers the shares' logarithms: these are lowered by the largest number first, and
// then by the logarithm of the sum, which are not added: where one share is nearly 1 its logarithm has all its digits.
template <class T>
struct row_sum {
  T high = 0, by = 0;

  template <bool Logarithm>
  [[gnu::always_inline]] auto shares(const batch<T>& numbers) const -> batch<T> {
    return Logarithm ? (numbers - batch<T>(high)) - batch<T>(by) : numbers * batch<T>(by);
  }
};
template <bool Logarithm, class T>
auto finish(const T* x, T* y, index_t n, row_sum<T> of) -> void {
  using L = batch<T>;
  four<T> none{0, 0, 0, 0};
  const auto each = [=](L&, index_t i, L v) { of.template shares<Logarithm>(v).store(y + i); };
  along_row(
      none, n, each, [=](L& k, index_t i, index_t, L v) { each(k, i, v); }, Logarithm ? x : y);
}

// The sum of a row's exponentials, for the logarithm less the 1 of the largest number; and the largest number of the next row, which is found on
// the way, as are the shares of the row before. A loop of their own would have the processor wait at its end, and these keep busy what the
// exponentials do not need.
template <bool Logarithm, class T>
auto exponentials(const T* x, T* y, index_t n, T high, const T* next, bool has_before, row_sum<T> of_before)
    -> std::pair<double, T> {
  using L = batch<T>;
  constexpr index_t size = L::size;
  constexpr auto lowest = -std::numeric_limits<T>::infinity();
  auto* const before = has_before ? y - n : nullptr;
  const auto* const numbers = !has_before ? nullptr : Logarithm ? x - n : before;
  const L h(high);
  four<T> sum{0, 0, 0, 0}, most{lowest, lowest, lowest, lowest};
  L highest_ones = 0;
  // Without the ones of the largest numbers the sum keeps the digits of the others.
  const auto counted = [=](const L& lowered, const L& e) { return Logarithm ? select(lowered == L(0), L(0), e) : e; };
  const auto ones = [=](const L& lowered) { return select(lowered == L(0), L(1), L(0)); };
  const auto step = [&](L& s, L& m, index_t i) {
    const L lowered = L::load(x + i) - h, e = exponential_below(lowered);
    m = at_least(m, L::load(next + i));
    if (before) of_before.template shares<Logarithm>(L::load(numbers + i)).store(before + i);
    if constexpr (Logarithm) highest_ones = highest_ones + ones(lowered);
    else e.store(y + i);
    s = s + counted(lowered, e);
  };
  const auto end = n - size;
  const L last_lowered = L::load(x + end) - h, last = exponential_below(last_lowered),
          last_before = before ? of_before.template shares<Logarithm>(L::load(numbers + end)) : L(0);
  most.d = L::load(next + end);
  index_t i = 0;
  for (; i + 4 * size <= n; i += 4 * size) {
    step(sum.a, most.a, i);
    step(sum.b, most.b, i + size);
    step(sum.c, most.c, i + 2 * size);
    step(sum.d, most.d, i + 3 * size);
  }
  for (; i + size <= n; i += size) step(sum.a, most.a, i);
  if (i < n) {
    if (before) last_before.store(before + end);
    if constexpr (Logarithm) highest_ones = highest_ones + without_first(ones(last_lowered), i - end);
    else last.store(y + end);
    sum.b = sum.b + without_first(counted(last_lowered, last), i - end);
  }
  const auto others = sum_of((sum.a + sum.b) + (sum.c + sum.d));
  return {Logarithm ? others + (sum_of(highest_ones) - 1) : others,
          largest(at_least(at_least(most.a, most.b), at_least(most.c, most.d)))};
}

// `rows` rows, which are not shorter than a batch.
template <bool Logarithm, class T>
auto value_of_long(const T* x, T* y, index_t n, index_t rows) -> void {
  T high = highest(x, n);
  row_sum<T> before;
  bool has_before = false;
  for (; rows > 0; --rows, x += n, y += n) {
    const auto* const next = rows > 1 ? x + n : x;
    if (std::isinf(high)) {
      if (has_before) finish<Logarithm>(x - n, y - n, n, before);
      const T h = highest(next, n);
      at_infinity(x, y, n, high, Logarithm);
      has_before = false, high = h;
      continue;
    }
    const auto [sum, h] = exponentials<Logarithm>(x, y, n, high, next, has_before, before);
    before = {high, static_cast<T>(Logarithm ? std::log1p(sum) : 1 / sum)};
    has_before = true, high = h;
  }
  if (has_before) finish<Logarithm>(x - n, y - n, n, before);
}

template <bool Logarithm, class T>
auto row_vjp(const T* y, const T* g, T* out, index_t n) -> void {
  using L = batch<T>;
  const auto term = [](const L& v, const L& c) { return Logarithm ? c : strong_mul(v, c); };
  four<T> sum{0, 0, 0, 0};
  along_row(
      sum, n, [=](L& s, index_t, L v, L c) { s = s + term(v, c); },
      [=](L& s, index_t, index_t seen, L v, L c) { s = s + without_first(term(v, c), seen); }, y, g);
  const L s(static_cast<T>(sum_of((sum.a + sum.b) + (sum.c + sum.d))));
  const auto result = [=](L&, index_t i, L v, L c) {
    (Logarithm ? c - strong_mul(exp(v), s) : strong_mul(v, c - s)).store(out + i);
  };
  along_row(
      sum, n, result, [=](L& none, index_t i, index_t, L v, L c) { result(none, i, v, c); }, y, g);
}

template <class T>
auto log_sums_of_long(const T* x, T* highs, T* sums, index_t n, index_t rows) -> void {
  *highs = highest(x, n);
  for (; rows > 0; --rows, x += n, ++highs, ++sums) {
    const auto* const next = rows > 1 ? x + n : x;
    T high;
    if (std::isinf(*highs)) {
      high = highest(next, n);
    } else {
      const auto [sum, h] = exponentials<true, T>(x, nullptr, n, *highs, next, false, {});
      *sums = static_cast<T>(std::log1p(sum)), high = h;
    }
    if (rows > 1) highs[1] = high;
  }
}

template <class T>
auto slope_of_long(const T* x, row_sum<T> of, T g, T* out, index_t n) -> void {
  using L = batch<T>;
  const L cotangent(g);
  four<T> none{0, 0, 0, 0};
  const auto each = [=](L&, index_t i, L v) { (L(0) - strong_mul(exp(of.template shares<true>(v)), cotangent)).store(out + i); };
  along_row(
      none, n, each, [=](L& k, index_t i, index_t, L v) { each(k, i, v); }, x);
}

// Rows shorter than a batch go through the code of one, filled up with what changes nothing.
template <bool Logarithm, class T>
auto value_of_rows(const T* x, T* y, index_t n, index_t rows) -> void {
  constexpr index_t size = batch<T>::size;
  if (n >= size) return value_of_long<Logarithm>(x, y, n, rows);
  for (; rows > 0; --rows, x += n, y += n) {
    alignas(64) T part[size];
    load_part(x, n, -std::numeric_limits<T>::infinity()).store(part);
    value_of_long<Logarithm>(part, part, size, 1);
    std::copy_n(part, n, y);
  }
}
template <bool Logarithm, class T>
auto vjp_of_rows(const T* y, const T* g, T* out, index_t n, index_t rows) -> void {
  constexpr index_t size = batch<T>::size;
  if (n >= size) {
    for (; rows > 0; --rows, y += n, g += n, out += n) row_vjp<Logarithm>(y, g, out, n);
    return;
  }
  for (; rows > 0; --rows, y += n, g += n, out += n) {
    alignas(64) T part[size], by[size];
    load_part(y, n).store(part), load_part(g, n).store(by);
    row_vjp<Logarithm>(part, by, part, size);
    std::copy_n(part, n, out);
  }
}

}  // namespace

template <instruction_set S, class T>
auto softmax_loops<S, T>::value(const T* x, T* y, index_t n, index_t rows, bool logarithm) -> void {
  logarithm ? value_of_rows<true>(x, y, n, rows) : value_of_rows<false>(x, y, n, rows);
}

template <instruction_set S, class T>
auto softmax_loops<S, T>::vjp(const T* y, const T* g, T* out, index_t n, index_t rows, bool logarithm) -> void {
  logarithm ? vjp_of_rows<true>(y, g, out, n, rows) : vjp_of_rows<false>(y, g, out, n, rows);
}

template <instruction_set S, class T>
auto softmax_loops<S, T>::log_sums(const T* x, T* highs, T* sums, index_t n, index_t rows) -> void {
  constexpr index_t size = batch<T>::size;
  if (n >= size) return log_sums_of_long(x, highs, sums, n, rows);
  for (; rows > 0; --rows, x += n) {
    alignas(64) T part[size];
    load_part(x, n, -std::numeric_limits<T>::infinity()).store(part);
    log_sums_of_long(part, highs++, sums++, size, 1);
  }
}

template <instruction_set S, class T>
auto softmax_loops<S, T>::slope_of_sum(const T* x, T high, T log_sum, T g, T* out, index_t n) -> void {
  constexpr index_t size = batch<T>::size;
  if (n >= size) return slope_of_long<T>(x, {high, log_sum}, g, out, n);
  alignas(64) T part[size];
  load_part(x, n).store(part);
  slope_of_long<T>(part, {high, log_sum}, g, part, size);
  std::copy_n(part, n, out);
}

template struct softmax_loops<compiled_set, float>;
template struct softmax_loops<compiled_set, double>;

}  // namespace seegrad::detail
