#pragma once
// Products of matrices and vectors.
//
//   matmul(A, B);                          // [2x3] @ [3x4] -> [2x4]; leading axes are batches and are repeated as in numpy
//   matmul(A, x);                          // [2x3] @ [3] -> [2]
//   einsum("bij,bkj->bik", {Q, K});
//
// The kernel (array/gemm.hpp) reads transposed operands where they lie: no derivative ever makes a transposed copy.

#include <autodiff/ops/shape/shape.hpp>
#include <optional>

namespace seegrad {

namespace detail {
/// a @ b, added to `out` if that is not null and else new; `out` has the shape of the result. Throws if the shapes do not fit.
auto matrix_product(const array& a, const array& b, array* out = nullptr) -> array;
/// A matrix or its transpose, without the view of it that a small product would spend half of its time with.
struct factor {
  const array& matrix;
  bool transposed = false;
};
auto matrix_product(factor a, factor b, array* out = nullptr) -> array;
/// A product of two matrices of one floating type, of each itself or its transpose, that is too small for threads: prepared.
class small_product {
 public:
  struct side {
    const array_form& form;
    bool transposed = false;
  };
  /// Nothing for operands of another kind.
  static auto of(side a, side b) -> std::optional<small_product>;
  /// c = a b, or c += a b.
  auto operator()(void* c, const void* a, const void* b, bool add) const -> void;

 private:
  struct matrix {
    index_t rows, columns, row_stride, column_stride;
  };
  static auto matrix_of(side s) -> matrix;

  matrix a_, b_;
  dtype type_ = float64;
};
auto matrix_product_shape(const dims& a, const dims& b) -> dims;
/// What each operand is as a matrix: a vector on the left is a row, on the right a column.
auto left_matrix_shape(const dims& a) -> dims;
auto right_matrix_shape(const dims& b) -> dims;
}  // namespace detail

struct matmul_op : structural<2> {
  static constexpr std::string_view name = "matmul", symbol = "@",
                                    help = "matrix product, over batches with broadcasting; vectors too";
  static constexpr bool linear = true;
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::matrix_product(x[0], x[1]); }
  static auto value_into(const parameters&, std::span<const array> x, array& y) -> void;
  static auto result(const parameters&, std::span<const array> x) -> array {
    return stand_in(detail::matrix_product_shape(x[0].shape(), x[1].shape()), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T& y, const T& g) -> T;
  static auto vjp_into(const parameters&, int i, std::span<const array> x, const array& y, const array& g, array& adjoint)
      -> void;
  static auto prepare(const parameters&, const detail::prepared_for& f) -> detail::prepared;
  static auto prepare_vjp(const parameters&, int i, const detail::prepared_for& f, bool add) -> detail::prepared;
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims;
  static auto samples() -> samples_t {
    return {{{}, {{2, 3}, {3, 4}}},
            {{}, {{2, 3}, {3}}},
            {{}, {{3}, {3, 2}}},
            {{}, {{3}, {3}}},
            {{}, {{2, 2, 3}, {3, 2}}},
            {{}, {{2, 3}, {2, 3, 1}}},
            {{}, {{2, 1, 2, 3}, {3, 3, 2}}},
            {{}, {{2, 0}, {0, 3}}},
            {{}, {{2, 2, 0}, {0, 3}}},
            {{}, {{2, 2, 3}, {3}}}};
  }
  static auto wrong() -> samples_t {
    return {{{}, {{2, 3}, {2, 3}}}, {{}, {{2, 3}, {2}}}, {{}, {{}, {3}}}, {{}, {{2, 2, 3}, {3, 3, 2}}}};
  }
};
/// Shapes [.., m, k] and [.., k, n] give [.., m, n]; a vector counts as a row on the left and a column on the right, and its axis is
/// dropped from the result.
template <class A, class B>
  requires detail::with_arrays<A, B>
auto matmul(const A& a, const B& b) {
  return structured<matmul_op>({}, a, b);
}

namespace detail {
/// [.., n] as [rows, n], also where n is 0.
template <class T>
auto as_rows(const T& x) -> T {
  return reshape(x, {elements(x.shape().first(x.rank() - 1)), x.shape().back()});
}
}  // namespace detail

template <class T>
auto matmul_op::vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T {
  if constexpr (std::same_as<T, array>)
    if (x[0].rank() == 2 && x[1].rank() == 2 && x[0].type() == g.type() && x[1].type() == g.type())
      return i == 0 ? detail::matrix_product(detail::factor{g}, {x[1], true})
                    : detail::matrix_product({x[0], true}, detail::factor{g});
  auto a = reshape(x[0], detail::left_matrix_shape(x[0].shape())), b = reshape(x[1], detail::right_matrix_shape(x[1].shape()));
  auto c = reshape(g, detail::matrix_product_shape(a.shape(), b.shape()));
  if (i == 0) return reshape(detail::summed_to(matmul(c, transpose(b)), a.shape()), x[0].shape());
  if (b.rank() == 2 && a.rank() > 2) a = detail::as_rows(a), c = detail::as_rows(c);  // The sum over batches is in the product.
  return reshape(detail::summed_to(matmul(transpose(a), c), b.shape()), x[1].shape());
}

/// Of two vectors of one length.
template <class A, class B>
  requires detail::with_arrays<A, B>
auto dot(const A& a, const B& b) {
  if (a.rank() != 1 || a.shape() != b.shape())
    throw error("dot: " + to_string(a.shape()) + " and " + to_string(b.shape()) +
                ": two vectors of one length are wanted; matmul multiplies matrices");
  return matmul(a, b);
}
/// Every element of a with every element of b: [m] and [n] give [m, n].
template <class A, class B>
  requires detail::with_arrays<A, B>
auto outer(const A& a, const B& b) {
  return reshape(a, {-1, 1}) * reshape(b, {1, -1});
}

namespace detail {
using product_operations = operation_list<matmul_op>;
}  // namespace detail

}  // namespace seegrad
