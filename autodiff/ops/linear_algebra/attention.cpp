#include <autodiff/ops/linear_algebra/attention.hpp>

#include <algorithm>
#include <autodiff/array/gemm.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <autodiff/ops/linear_algebra/product_threads.hpp>
#include <fmt/format.h>
#include <limits>

namespace seegrad {
namespace {

constexpr index_t rows_together = 64;

// Of one type, and of one head at a time. q, k and v of a head are matrices within x, whose rows are 3 E apart.
template <class T>
class heads {
 public:
  heads(const detail::attention_parameters& p, std::span<const array> x, const array& qkv)
      : p_(p),
        position_(p.drop ? x[1] : array()),
        n_(qkv.shape()[0]),
        length_(qkv.shape()[1]),
        e_(qkv.shape()[2] / 3),
        width_(e_ / p.heads),
        scale_(static_cast<T>(1 / std::sqrt(static_cast<double>(width_)))),
        x_(static_cast<const T*>(qkv.raw())) {
    if (x.size() != (p.drop ? 3u : 2u)) return;
    const dims all{n_, p.heads, length_, length_};
    added_ = x.back().cast(qkv.type()).contiguous();
    steps_ = detail::repeated(added_.shape(), added_.strides(), all);
  }

  auto value(T* y) const -> void {
    each([&](index_t n, index_t h, T* room) {
      for (index_t row = 0; row < length_; row += rows_together) {
        const auto b = make_block(n, h, row, room);
        const auto* seen = dropped(b, b.seen, b.change);
        detail::kernel::gemm(b.rows, width_, b.columns, {seen, b.columns, 1}, part(n, h, 2, 0),
                             y + (n * length_ + row) * e_ + h * width_, e_, false);
      }
    });
  }

  auto vjp(const T* g, T* change) const -> void {
    std::fill_n(change, n_ * length_ * 3 * e_, T(0));
    each([&](index_t n, index_t h, T* room) {
      const auto at = [&](index_t i, index_t row) { return change + (n * length_ + row) * 3 * e_ + i * e_ + h * width_; };
      for (index_t row = 0; row < length_; row += rows_together) {
        const auto b = make_block(n, h, row, room);
        const detail::kernel::matrix_view<T> from{g + (n * length_ + row) * e_ + h * width_, e_, 1};
        const auto* seen = dropped(b, b.seen, b.change);
        detail::kernel::gemm(b.columns, width_, b.rows, {seen, 1, b.columns}, from, at(2, 0), 3 * e_, true);
        detail::kernel::gemm(b.rows, b.columns, width_, from, turned(part(n, h, 2, 0)), b.change, b.columns, false);
        const auto* dropped_change = dropped(b, b.change, b.change);
        detail::with_instructions([&]<instruction_set S>(detail::chosen<S>) {
          detail::softmax_loops<S, T>::vjp(b.seen, dropped_change, b.change, b.columns, b.rows, false);
        });
        detail::kernel::gemm(b.rows, width_, b.columns, {b.change, b.columns, 1}, part(n, h, 1, 0), at(0, row), 3 * e_, false);
        for (index_t i = 0; i < b.rows; ++i)
          for (auto* to = at(0, row + i); auto& q : std::span(to, static_cast<std::size_t>(width_))) q *= scale_;
        detail::kernel::gemm(b.columns, width_, b.rows, {b.change, 1, b.columns}, {b.q, width_, 1}, at(1, 0), 3 * e_, true);
      }
    });
  }

 private:
  // Some rows: their queries times the scale, what they look at, and room for as much again.
  struct block {
    index_t n, h, row, rows, columns;
    T *q, *seen, *change;
  };

  auto part(index_t n, index_t h, index_t i, index_t row) const -> detail::kernel::matrix_view<T> {
    return {x_ + (n * length_ + row) * 3 * e_ + i * e_ + h * width_, 3 * e_, 1};
  }
  static auto turned(detail::kernel::matrix_view<T> m) -> detail::kernel::matrix_view<T> {
    return {m.data, m.column_stride, m.row_stride};
  }

  template <class F>
  auto each(F f) const -> void {
    const auto rows = std::min(length_, rows_together);
    const auto all = n_ * p_.heads;
    const bool shared = detail::is_worth_threads(2 * all * length_ * length_ * width_);
    parallel_for(all, shared ? 1 : std::max<index_t>(all, 1), [&](index_t begin, index_t end) {
      auto room = array::uninitialized(dtype_of<T>, {rows * (width_ + 2 * length_)});
      for (auto k = begin; k < end; ++k) f(k / p_.heads, k % p_.heads, static_cast<T*>(room.raw()));
    });
  }

  // Positions that no row of the block may look at are left out; what they would add is 0.
  auto make_block(index_t n, index_t h, index_t row, T* room) const -> block {
    const auto rows = std::min(rows_together, length_ - row), columns = p_.causal ? row + rows : length_;
    const block b{n, h, row, rows, columns, room, room + rows * width_, room + rows * (width_ + length_)};
    const auto q = part(n, h, 0, row);
    for (index_t i = 0; i < rows; ++i)
      for (index_t j = 0; j < width_; ++j) b.q[i * width_ + j] = q.data[i * q.row_stride + j] * scale_;
    detail::kernel::gemm(rows, columns, width_, {b.q, width_, 1}, turned(part(n, h, 1, 0)), b.seen, columns, false);
    for (index_t i = 0; i < rows; ++i) {
      auto* scores = b.seen + i * columns;
      if (p_.causal) std::fill(scores + row + i + 1, scores + columns, -std::numeric_limits<T>::infinity());
      if (added_.is_null()) continue;
      const auto* added = static_cast<const T*>(added_.raw()) + n * steps_[0] + h * steps_[1] + (row + i) * steps_[2];
      for (index_t j = 0; j < columns; ++j) scores[j] += added[j * steps_[3]];
    }
    detail::with_instructions(
        [&]<instruction_set S>(detail::chosen<S>) { detail::softmax_loops<S, T>::value(b.seen, b.seen, columns, rows, false); });
    return b;
  }

  // What is left of `from`, in `to`; `from` itself where nothing is left out.
  auto dropped(const block& b, const T* from, T* to) const -> const T* {
    if (!p_.drop) return from;
    const auto first = ((b.n * p_.heads + b.h) * length_ + b.row) * length_;
    const auto mask = detail::dropout_part(*p_.drop, position_, first, b.rows * length_, dtype_of<T>);
    const auto* kept = mask.template data<T>();
    for (index_t i = 0; i < b.rows; ++i)
      for (index_t j = 0; j < b.columns; ++j) {
        const auto factor = kept[i * length_ + j];
        to[i * b.columns + j] = factor == 0 ? T(0) : from[i * b.columns + j] * factor;
      }
    return to;
  }

  const detail::attention_parameters& p_;
  array position_;
  index_t n_, length_, e_, width_;
  T scale_;
  const T* x_;
  array added_;
  dims steps_;
};

}  // namespace

auto detail::check_attention(const detail::attention_parameters& p, const dims& qkv, const dims* added) -> void {
  if (qkv.size() != 3 || p.heads < 1 || qkv[2] % (3 * p.heads) != 0)
    throw error(fmt::format("self_attention: {} for {} heads: [N, L, 3 E] is wanted, with E a multiple of the heads",
                            to_string(qkv), p.heads));
  const dims scores{qkv[0], p.heads, qkv[1], qkv[1]};
  if (added && !detail::repeats_to(*added, scores))
    throw error(fmt::format("self_attention: {} cannot be repeated to the scores, {}", to_string(*added), to_string(scores)));
}

auto detail::later_positions(index_t length) -> array { return detail::triangle(ones({length, length}), 1, false) > 0.0; }

auto detail::attention_value(const detail::attention_parameters& p, std::span<const array> x, array& y) -> void {
  const auto qkv = x[0].cast(y.type()).contiguous();
  if (y.size() == 0) return;
  detail::with_floating(y.type(), [&]<class T>(T) { heads<T>(p, x, qkv).value(static_cast<T*>(y.raw())); });
}

auto detail::attention_vjp(const detail::attention_parameters& p, std::span<const array> x, const array& g) -> array {
  const auto qkv = x[0].cast(g.type()).contiguous(), from = g.contiguous();
  auto change = array::uninitialized(g.type(), qkv.shape());
  if (change.size() > 0)
    detail::with_floating(
        g.type(), [&]<class T>(T) { heads<T>(p, x, qkv).vjp(static_cast<const T*>(from.raw()), static_cast<T*>(change.raw())); });
  return change;
}

auto attention_op::text(const parameters& p) -> std::string {
  return fmt::format("{} head{}{}{}", p.heads, p.heads == 1 ? "" : "s", p.causal ? ", causal" : "",
                     p.drop ? fmt::format(", dropout {}", p.drop->p) : "");
}

}  // namespace seegrad
