#pragma once
// Products of matrices, the kernel behind the matrix product of tensors and its derivatives.
//
//   float a[2 * 3], b[4 * 3], c[2 * 4];
//   kernel::gemm(2, 4, 3, {a, 3, 1}, {b, 1, 3}, c, 4, false);  // c = a bᵀ: b is 4 by 3, and the strides say so
//
// A transposed, sliced or broadcast (stride 0) operand is just a pair of strides, so the derivatives of C = AB, G Bᵀ and
// Aᵀ G, transpose nothing. The method is that of Goto and van de Geijn (Anatomy of high-performance matrix multiplication, 2008)
// in the shape Van Zee and van de Geijn gave it (BLIS, 2015): a tile of C stays in registers while a strip of B, copied into a
// panel that the innermost cache holds, passes by once for every few rows of A. What is copied is at most a block of the size of
// the caches, and nothing where a matrix is small or lies well already. Where columns of B are contiguous and A has few rows, the
// transpose of C is computed, so that A is copied in the place of B.
//
// On x86-64 the kernel exists for SSE2, for AVX2 and for AVX-512, and the first call looks at what the processor has: a program
// built for any x86-64 loses nothing.
//
// Every element of C is one chain of multiplications and additions in the order of k, which starts at what C holds or at zero,
// wherever the element lies and however the work is cut. The exception is n = 1 with the rows of A contiguous, where a row's sum
// is several chains; these depend on k alone. So an element's bits depend on no other row or column, and threads may share out rows anyhow,
// and columns in pieces of two or more.
// Between processors with and without fused multiplication the last bits differ.

#include <autodiff/array/platform.hpp>
#include <cstdint>
#include <memory>

namespace seegrad::detail::kernel {

/// Element (i, j) is data[i * row_stride + j * column_stride]. Strides count elements; any will do, also negative or zero.
template <class T>
struct matrix_view {
  const T* data;
  std::int64_t row_stride, column_stride;
};

/// C (m by n, its rows contiguous and `ldc` elements apart) = A (m by k) times B (k by n), or += that if `add`. C must overlap
/// neither A nor B.
auto gemm(std::int64_t m, std::int64_t n, std::int64_t k, matrix_view<float> a, matrix_view<float> b, float* c, std::int64_t ldc,
          bool add) -> void;
auto gemm(std::int64_t m, std::int64_t n, std::int64_t k, matrix_view<double> a, matrix_view<double> b, double* c,
          std::int64_t ldc, bool add) -> void;

/// B, k by n, in the order in which a product reads it. Made once for a matrix that many products share, it saves each of them a copy.
template <class T>
class packed_matrix {
 public:
  packed_matrix(std::int64_t n, std::int64_t k, matrix_view<T> b);
  auto columns() const -> std::int64_t { return n_; }
  auto rows() const -> std::int64_t { return k_; }
  auto data() const -> const T* { return numbers_.get(); }

 private:
  struct free_aligned {
    auto operator()(T* p) const -> void { seegrad::detail::give_back_aligned(p); }
  };
  std::int64_t n_, k_;
  std::unique_ptr<T, free_aligned> numbers_;
};
/// C = A B, or += that. Always in one chain an element, also where n = 1.
auto gemm(std::int64_t m, matrix_view<float> a, const packed_matrix<float>& b, float* c, std::int64_t ldc, bool add) -> void;
auto gemm(std::int64_t m, matrix_view<double> a, const packed_matrix<double>& b, double* c, std::int64_t ldc, bool add) -> void;

}  // namespace seegrad::detail::kernel
