#include <autodiff/ops/linear_algebra/product.hpp>

#include <autodiff/array/copy.hpp>
#include <autodiff/array/gemm.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/linear_algebra/packed_product.hpp>
#include <autodiff/ops/linear_algebra/product_threads.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

[[noreturn]] auto mismatch(const dims& a, const dims& b) -> void {
  const auto head = fmt::format("matmul: {} @ {}: ", to_string(a), to_string(b));
  if (a.empty() || b.empty()) throw error(head + "an operand is a number; use * for that");
  const auto inner = b.size() == 1 ? b[0] : b[b.size() - 2];
  std::string hint;
  if (b.size() > 1 && b.back() == a.back()) hint = "; matmul(a, transpose(b)) would fit";
  else if (b.size() > 1 && a.size() > 1 && a[a.size() - 2] == inner) hint = "; matmul(transpose(a), b) would fit";
  else if (b.size() == 1 && a.size() > 1) hint = "; a vector on the right counts as a column";
  throw error(fmt::format("{}inner dimensions differ ({} and {}){}", head, a.back(), inner, hint));
}

// The last two axes of a matrix in a batch.
struct plane {
  index_t rows, columns, row_stride, column_stride;
  explicit plane(const array& x)
      : rows(x.shape()[x.rank() - 2]),
        columns(x.shape().back()),
        row_stride(x.strides()[x.rank() - 2]),
        column_stride(x.strides().back()) {}
  explicit plane(const detail::factor& f) : plane(f.matrix) {
    if (f.transposed) std::swap(rows, columns), std::swap(row_stride, column_stride);
  }
};

// C, of which each row begins ldc elements behind the one before.
template <class T, class Plane>
auto multiply_planes(const Plane& p, const Plane& q, const T* a, const T* b, T* c, index_t ldc, bool add) -> void {
  // A row times a transposed matrix: the matrix times a column, which copies nothing.
  if (p.rows == 1 && q.row_stride == 1)
    return detail::kernel::gemm(q.columns, 1, p.columns, detail::kernel::matrix_view<T>{b, q.column_stride, 1},
                                detail::kernel::matrix_view<T>{a, p.column_stride, 1}, c, 1, add);
  detail::kernel::gemm(p.rows, q.columns, p.columns, detail::kernel::matrix_view<T>{a, p.row_stride, p.column_stride},
                       detail::kernel::matrix_view<T>{b, q.row_stride, q.column_stride}, c, ldc, add);
}

// The rows of C from `first` on, or, where there are more columns than rows, the columns. What is copied for each piece is the other side.
template <class T>
auto multiply_piece(plane p, plane q, const T* a, const T* b, T* c, bool add, index_t first, index_t count) -> void {
  const auto ldc = q.columns;
  if (p.rows < q.columns) {
    q.columns = std::min(count, q.columns - first);
    return multiply_planes(p, q, a, b + first * q.column_stride, c + first, ldc, add);
  }
  p.rows = std::min(count, p.rows - first);
  multiply_planes(p, q, a + first * p.row_stride, b, c + first * ldc, ldc, add);
}

auto multiplications(const auto& p, const auto& q) -> index_t { return p.rows * p.columns * q.columns; }

template <class T>
auto multiply(const array& a, const array& b, array& out, bool add) -> void {
  const plane p(a), q(b);
  const auto batch_shape = out.shape().first(out.rank() - 2);
  const auto batch = [&](const array& x) {
    const int r = x.rank() - 2;
    return detail::repeated(x.shape().first(r), x.strides().first(r), batch_shape);
  };
  auto* to = static_cast<T*>(out.raw());
  const auto *from_a = static_cast<const T*>(a.raw()), *from_b = static_cast<const T*>(b.raw());
  const detail::nest<3> n(batch_shape, {out.strides().first(out.rank() - 2), batch(a), batch(b)});
  n.rows(0, n.row_count(), [&](const auto& at) {
    const auto each = [&](index_t i, index_t first, index_t count) {
      multiply_piece(p, q, from_a + at[1] + i * n.step[1], from_b + at[2] + i * n.step[2], to + at[0] + i * n.step[0], add, first,
                     count);
    };
    const auto longer = std::max(p.rows, q.columns);
    if (!detail::is_worth_threads(multiplications(p, q) * n.length)) {
      for (index_t i = 0; i < n.length; ++i) each(i, 0, longer);
      return;
    }
    const auto count = detail::rows_of_a_thread(longer), pieces = (longer + count - 1) / count;
    parallel_for(n.length * pieces, 1, [&](index_t begin, index_t end) {
      for (auto k = begin; k < end; ++k) each(k / pieces, k % pieces * count, count);
    });
  });
}

// Two matrices of one type, too small for threads: what most products are, without the bookkeeping of the others.
auto is_plain(const detail::factor& a, const detail::factor& b, const array* out) -> bool {
  if (a.matrix.rank() != 2 || b.matrix.rank() != 2 || a.matrix.type() != b.matrix.type() || !a.matrix.is_floating()) return false;
  const plane p(a), q(b);
  return p.columns == q.rows && !detail::is_worth_threads(multiplications(p, q)) && (!out || out->is_writable_in_place());
}
auto plain_product(const detail::factor& a, const detail::factor& b, array& result, bool add) -> void {
  const plane p(a), q(b);
  detail::with_floating(result.type(), [&]<class T>(T) {
    multiply_planes(p, q, static_cast<const T*>(a.matrix.raw()), static_cast<const T*>(b.matrix.raw()),
                    static_cast<T*>(result.raw()), q.columns, add);
  });
}

// Batches of a that all meet the same matrix b are one tall matrix.
auto tall(const array& a, const array& b) -> array {
  return b.rank() == 2 && a.rank() > 2 && a.is_contiguous()
             ? a.reshape({elements(a.shape().first(a.rank() - 1)), a.shape().back()})
             : a;
}

}  // namespace

namespace detail {
auto left_matrix_shape(const dims& a) -> dims { return a.size() == 1 ? dims{1, a[0]} : a; }
auto right_matrix_shape(const dims& b) -> dims { return b.size() == 1 ? dims{b[0], 1} : b; }

auto matrix_product_shape(const dims& a, const dims& b) -> dims {
  if (a.empty() || b.empty()) mismatch(a, b);
  const auto l = left_matrix_shape(a), r = right_matrix_shape(b);
  if (l.back() != r[r.size() - 2]) mismatch(a, b);
  const bool has_batches = l.size() > 2 || r.size() > 2;
  auto shape = has_batches ? l.first(l.size() - 2) : dims{};
  if (const auto other = r.first(r.size() - 2); !other.empty() && other != shape)
    shape = shape.empty() ? other : broadcast(shape, other, fmt::format("matmul: {} @ {}: batches", to_string(a), to_string(b)));
  if (a.size() > 1) shape.push(l[l.size() - 2]);
  if (b.size() > 1) shape.push(r.back());
  return shape;
}

auto matrix_product(factor a, factor b, array* out) -> array {
  if (!is_plain(a, b, out)) {
    const auto side = [](const factor& f) { return f.transposed ? transpose(f.matrix) : f.matrix; };
    return matrix_product(side(a), side(b), out);
  }
  if (out) return plain_product(a, b, *out, true), *out;
  auto result = array::uninitialized(a.matrix.type(), {plane(a).rows, plane(b).columns});
  plain_product(a, b, result, false);
  return result;
}

auto matrix_product(const array& a, const array& b, array* out) -> array {
  if (is_plain({a}, {b}, out)) return matrix_product(factor{a}, factor{b}, out);
  const auto shape = matrix_product_shape(a.shape(), b.shape());
  const auto type = narrowest(a, b);
  const auto left = left_matrix_shape(a.shape()), right = right_matrix_shape(b.shape());
  const auto x = a.cast(type).reshape(left), y = b.cast(type).reshape(right);
  auto result = out ? std::move(*out) : array::uninitialized(type, shape);
  const auto lone = tall(x, y);
  auto batches = broadcast(lone.shape().first(lone.rank() - 2), right.first(right.size() - 2), "matmul");
  batches.push(lone.shape()[lone.rank() - 2]), batches.push(right.back());
  {
    auto as_matrices = result.view(batches, row_major(batches));
    with_floating(type, [&]<class T>(T) { multiply<T>(lone, y, as_matrices, out != nullptr); });
  }
  if (out) *out = result;
  return result;
}

auto small_product::matrix_of(side s) -> matrix {
  const auto strides = s.form.is_contiguous() ? row_major(s.form.shape) : s.form.constant->strides();
  const matrix m{s.form.shape[0], s.form.shape[1], strides[0], strides[1]};
  return s.transposed ? matrix{m.columns, m.rows, m.column_stride, m.row_stride} : m;
}

auto small_product::of(side a, side b) -> std::optional<small_product> {
  if (a.form.shape.size() != 2 || b.form.shape.size() != 2 || a.form.type != b.form.type || !is_floating(a.form.type)) return {};
  small_product p;
  p.a_ = matrix_of(a), p.b_ = matrix_of(b), p.type_ = a.form.type;
  if (p.a_.columns != p.b_.rows || multiplications(p.a_, p.b_) >= product_worth_a_thread) return {};
  return p;
}

auto small_product::operator()(void* c, const void* a, const void* b, bool add) const -> void {
  with_floating(type_, [&]<class T>(T) {
    multiply_planes(a_, b_, static_cast<const T*>(a), static_cast<const T*>(b), static_cast<T*>(c), b_.columns, add);
  });
}
}  // namespace detail

auto matmul_op::prepare(const parameters&, const detail::prepared_for& f) -> detail::prepared {
  if (const auto* b = f.x[1].constant)
    if (const auto product = detail::packed_product::of(f.x[0], *b, false))
      return [p = *product](void* to, const void* const* x, index_t) { p(to, x[0], false); };
  const auto product = detail::small_product::of({f.x[0]}, {f.x[1]});
  if (!product) return {};
  return [p = *product](void* to, const void* const* x, index_t) { p(to, x[0], x[1], false); };
}

auto matmul_op::prepare_vjp(const parameters&, int i, const detail::prepared_for& f, bool add) -> detail::prepared {
  if (f.y.type != f.x[0].type || f.y.type != f.x[1].type) return {};
  const auto product =
      i == 0 ? detail::small_product::of({f.y}, {f.x[1], true}) : detail::small_product::of({f.x[0], true}, {f.y});
  if (!product) return {};
  if (i == 0) return [p = *product, add](void* to, const void* const* x, index_t) { p(to, x[3], x[1], add); };
  return [p = *product, add](void* to, const void* const* x, index_t) { p(to, x[0], x[3], add); };
}

auto matmul_op::value_into(const parameters&, std::span<const array> x, array& y) -> void {
  if (is_plain({x[0]}, {x[1]}, &y)) return plain_product({x[0]}, {x[1]}, y, false);
  detail::fill_elements(y, 0.0);  // to which the product is added
  detail::matrix_product(x[0], x[1], &y);
}

auto matmul_op::follows(const parameters&, int i, std::span<const array> x) -> dims {
  const int a = x[0].rank(), b = x[1].rank(), batch = std::max(a, b) - 2;
  auto to = i == 0 ? leading_axes(a, batch, std::min(a, 2)) : leading_axes(b, batch, std::min(b, 2));
  if (i == 0 && a > 1) to[a - 2] = batch;
  if (i == 1 && b > 1) to[b - 1] = batch + (a > 1);
  return to;
}

auto matmul_op::vjp_into(const parameters& p, int i, std::span<const array> x, const array& y, const array& g, array& adjoint)
    -> void {
  const bool plain =
      x[0].rank() == 2 && x[1].rank() == 2 && adjoint.type() == g.type() && g.type() == x[1 - static_cast<std::size_t>(i)].type();
  if (!plain) return detail::add_into(adjoint, vjp(p, i, x, y, g));
  if (i == 0) detail::matrix_product(detail::factor{g}, {x[1], true}, &adjoint);
  else detail::matrix_product({x[0], true}, detail::factor{g}, &adjoint);
}

}  // namespace seegrad
