#pragma once
// When a product is worth several threads, and how its rows are shared out.

#include <algorithm>
#include <autodiff/array/parallel.hpp>

namespace seegrad::detail {

inline constexpr index_t product_worth_a_thread = index_t{1} << 20;  // multiplications
inline constexpr index_t rows_together = 64;

inline auto is_worth_threads(index_t multiplications) -> bool {
  return num_threads() > 1 && multiplications >= product_worth_a_thread;
}

/// f(first, last) for all rows, in pieces where there is so much to do. No row's bits depend on how they are cut.
auto share_rows(index_t rows, index_t multiplications, const auto& f) -> void {
  if (!is_worth_threads(multiplications)) return f(index_t{0}, rows);
  parallel_for((rows + rows_together - 1) / rows_together, 1,
               [&](index_t begin, index_t end) { f(begin * rows_together, std::min(rows, end * rows_together)); });
}

}  // namespace seegrad::detail
