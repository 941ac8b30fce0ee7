#pragma once
// What operations on matrices ask of their operands, and matrices to test them with.

#include <autodiff/ops/structural/structural.hpp>
#include <string_view>

namespace seegrad::detail {

/// Throws, in the name of `who`, unless there are two axes or more.
auto need_matrix(const dims& shape, std::string_view who) -> void;
/// Throws as well unless the last two are equal.
auto need_square(const dims& shape, std::string_view who) -> void;
/// Throws unless b, [.. x n x m], is a right-hand side for the square matrices a.
auto need_right_side(const dims& a, const dims& b, std::string_view who) -> void;
/// Whether b is a stack of vectors beside the matrices a, which is said by its rank alone. Throws if they should be of another
/// length.
auto is_vector_beside(const dims& a, const dims& b, std::string_view who) -> bool;

/// How many rows matrices of that shape have; 0 where there are none.
auto rows_of(const dims& shape) -> index_t;
/// Of systems a x = b.
auto solution_shape(const dims& a, const dims& b, std::string_view who) -> dims;

/// "the matrix [3x3]", or "matrix (1, 0) of [2x4x3x3]" for the one that is used at place k of `batch`, to which a stack is
/// repeated.
auto name_of_matrix(const dims& shape, const dims& batch, index_t k) -> std::string;

/// An operation that does something with each matrix of a stack.
template <int Arity>
struct of_matrices : structural<Arity> {
  static auto follows(const no_parameters&, int, std::span<const array> x) -> dims {
    return leading_axes(x[0].rank(), x[0].rank() - 2, 2);
  }
};

/// Samples whose diagonal 2, 2.7, 3.4, … outweighs the rest: with well separated eigenvalues and singular values, and positive
/// definite up to 4x4.
auto diagonal_values(const dims& shape, unsigned seed) -> array;
auto zero_values(const dims& shape, unsigned) -> array;

}  // namespace seegrad::detail
