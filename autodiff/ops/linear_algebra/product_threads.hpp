#pragma once
// When a product is worth several threads, and how it is shared out.

#include <algorithm>
#include <autodiff/array/parallel.hpp>

namespace seegrad::detail {

/// Multiplications of a tenth of a millisecond, beside which the time to wake a thread is little.
inline constexpr index_t product_worth_a_thread = index_t{1} << 23;

inline auto is_worth_threads(index_t multiplications) -> bool {
  return num_threads() > 1 && multiplications >= product_worth_a_thread;
}

/// How many rows or columns of a result a thread gets. No element's bits depend on it, so that it may depend on how many threads there are: each piece
/// copies the other matrix anew. A single column is computed in another order than several, and is no piece.
inline auto rows_of_a_thread(index_t all) -> index_t {
  constexpr index_t least = 64, step = 16;
  const auto even = (all + num_threads() - 1) / num_threads();
  auto rows = std::max(least, (even + step - 1) / step * step);
  while (rows < all && all % rows == 1) rows += step;
  return rows;
}

/// f(first, last) for all rows, in pieces where there is so much to do.
auto share_rows(index_t rows, index_t multiplications, const auto& f) -> void {
  if (!is_worth_threads(multiplications)) return f(index_t{0}, rows);
  parallel_for(rows, rows_of_a_thread(rows), f);
}

}  // namespace seegrad::detail
