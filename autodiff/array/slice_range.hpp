#pragma once
// Where the elements of a slice lie, as Python counts them.

#include <autodiff/array/dims.hpp>

namespace seegrad::detail {

/// The first element and how many there are.
struct slice_range {
  index_t start, count;
};
/// Negative positions count from the end of an axis with so many elements, and what lies outside is left out.
auto clipped_slice(index_t start, index_t stop, index_t step, index_t extent) -> slice_range;

}  // namespace seegrad::detail
