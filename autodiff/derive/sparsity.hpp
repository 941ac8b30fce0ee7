#pragma once
// Which elements of a Jacobian may be other than 0.
//
//   tensor y = x * slice(x, 0, 0, 1);
//   const auto s = jacobian_sparsity(y, x);
//   s.has(2, 0);        // true: y[2] depends on x[0]
//   s.count();          // as many as a sparse Jacobian has numbers
//
// Operations say how far a change of one element spreads (sparsity_kind); here that is put together along the record. What is left out
// is 0 at every point, at the places by which elements were chosen when the record was made. What is there may be 0 as well.

#include <autodiff/trace/tensor.hpp>
#include <span>
#include <vector>

namespace seegrad {

/// A matrix of yes and no, row by row.
struct sparsity {
  index_t columns = 0;               ///< of the Jacobian
  std::vector<index_t> start = {0};  ///< where each row begins in `column`, and where the last one ends
  std::vector<index_t> column;       ///< ascending in each row

  auto rows() const -> index_t { return static_cast<index_t>(start.size()) - 1; }
  /// How many elements may be other than 0.
  auto count() const -> index_t { return static_cast<index_t>(column.size()); }
  /// Their columns in row i, ascending.
  auto row(index_t i) const -> std::span<const index_t>;
  /// Whether element (i, j) may be other than 0.
  auto has(index_t i, index_t j) const -> bool;
};

namespace detail {
/// Of one operation with parameters `p`: a row for each element of the result, a column for each of operand `i`. Of the operands x only
/// shapes and whole numbers matter, which may be places.
auto local_sparsity(const operation& op, const void* p, int i, std::span<const array> x) -> sparsity;
}  // namespace detail

/// Of dy/dx: a row for each element of y, a column for each of x, both row by row.
auto jacobian_sparsity(const tensor& y, const tensor& x) -> sparsity;
/// A row for each of ys, a column for each of xs.
auto jacobian_sparsity(std::span<const scalar> ys, std::span<const scalar> xs) -> sparsity;

}  // namespace seegrad
