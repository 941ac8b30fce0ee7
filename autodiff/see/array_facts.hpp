#pragma once
// What a picture says of an array too large to be shown in full.

#include <array>
#include <autodiff/graph/graph.hpp>
#include <vector>

namespace seegrad::detail::see {

/// Smallest, largest and mean of the finite elements, their norm √Σx², and how many elements are 0 or not finite.
struct array_facts {
  double min = 0, max = 0, mean = 0, norm = 0;
  bool mean_is_rounding = false;  ///< the elements cancel, but for the last digits
  index_t size = 0, zeros = 0, nans = 0, infinities = 0;

  auto not_finite() const -> index_t { return nans + infinities; }
  auto finite() const -> index_t { return size - not_finite(); }
};
auto facts_of(const array& x) -> array_facts;
/// √Σx² of all elements; NaN or infinite if one of them is.
auto norm_of(const array& x) -> double;
/// Whether all of a node's value, or of its gradient, is finite.
auto is_finite(const graph& g, node_id k) -> bool;
auto is_gradient_finite(const graph& g, node_id k) -> bool;

/// How the elements that are finite and not 0 spread: bars of equal width, one of whose edges is 0 if there are elements on both sides of it.
struct histogram {
  static constexpr int most_bars = 12;
  std::array<index_t, most_bars> count{};
  int bars = 0;
  int negative = 0;  ///< the first so many bars are below 0
};
auto histogram_of(const array& x, const array_facts& facts) -> histogram;

/// A matrix as at most 8 by 8 blocks, each with the mean of its elements.
struct heat_map {
  static constexpr index_t most_blocks = 8;
  index_t rows = 0, columns = 0;
  index_t block_rows = 0, block_columns = 0;  ///< elements in a block
  std::vector<double> mean;                   ///< row by row
};
auto heat_map_of(const array& matrix) -> heat_map;

}  // namespace seegrad::detail::see
