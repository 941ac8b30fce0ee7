#pragma once
// Dense linear algebra with derivatives: solve, inverse, det, logdet, cholesky, qr, eigh, svd.
//
//   tensor A = input(array{{4.0, 1.0}, {1.0, 3.0}}, "A"), b = input(array{1.0, 2.0}, "b");
//   tensor x = solve(A, b);                       // A x = b
//   tensor L = cholesky(A);                       // L Lᵀ = A
//   tensor y = triangular_solve(L, b);            // L y = b
//   auto [values, vectors] = eigh(A);             // A = vectors diag(values) vectorsᵀ
//   backward(sum(square(x)) + logdet(A));
//
// Matrices are the last two axes, and the axes before them number the matrices of a stack, each of which is worked on by itself;
// where two operands meet, these axes are repeated to each other as by numpy. float32 stays float32, and whole numbers become
// float64. Matrices without elements are matrices, too: the determinant of 0x0 is 1.
//
// The vjps are written with these same functions, so that they can be differentiated again. Where a matrix that a whole
// factorisation is made from holds an infinity or a NaN, the result is NaN throughout.
//
// Decompositions have one result in the graph, in which the factors are stacked, and what users get are slices of it. A gradient
// that depends on a choice the decomposition is free to make (the sign of an eigenvector, or any basis that spans the vectors of
// equal eigenvalues) is one of a function that has none; see each function for what is done there.

#include <autodiff/ops/linear_algebra/decomposition.hpp>
#include <autodiff/ops/linear_algebra/determinant.hpp>
#include <autodiff/ops/linear_algebra/solve.hpp>
#include <autodiff/ops/linear_algebra/spectrum.hpp>

namespace seegrad::detail {

using linear_algebra_operations = operation_list<triangular_solve_op, solve_op, inverse_op, det_op, cofactors_op,
                                                 cofactors_slope_op, logdet_op, det_sign_op, cholesky_op, qr_op, eigh_op, svd_op>;

}  // namespace seegrad::detail
