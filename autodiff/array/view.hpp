#pragma once
// Views: the same memory seen in another shape, without copying. These are what the differentiable functions of the same names
// (ops/shape/shape.hpp) do to the values.

#include <autodiff/array/array.hpp>

namespace seegrad::detail::views {

/// One extent may be -1: what is left. A copy where strides cannot express the shape.
auto reshape(const array& x, const dims& shape) -> array;
auto permute(const array& x, const dims& order) -> array;
/// Elements start, start + step, … before stop (after it, for a negative step) of one axis; negative positions count from the end, and
/// what lies outside is clipped, as in Python.
auto slice(const array& x, index_t axis, index_t start, index_t stop, index_t step) -> array;
/// The axis is dropped.
auto select(const array& x, index_t axis, index_t index) -> array;
/// Axes of 1, and new ones in front, repeated to `shape`; -1 keeps an extent.
auto expand(const array& x, const dims& shape) -> array;
auto flip(const array& x, const dims& axes) -> array;
auto diagonal(const array& x, index_t offset, index_t axis1, index_t axis2) -> array;

/// `shape` with its -1 replaced so that it has n elements. Throws if that cannot be.
auto resolve(const dims& shape, index_t n, const dims& from) -> dims;

/// A slice as Python counts: begin, number of elements.
struct stretch {
  index_t start, count;
};
auto clip(index_t start, index_t stop, index_t step, index_t extent) -> stretch;

}  // namespace seegrad::detail::views
