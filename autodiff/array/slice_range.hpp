#pragma once
// Where the elements of a slice lie, as Python counts them.

#include <autodiff/array/dims.hpp>

namespace seegrad::detail {

/// The first element, how many there are, and how far one lies behind the other: never further than the axis is long.
struct slice_range {
  index_t start, count, step;
};
/// Negative positions count from the end of an axis with so many elements, and what lies outside is left out.
auto clipped_slice(index_t start, index_t stop, index_t step, index_t extent) -> slice_range;

}  // namespace seegrad::detail
