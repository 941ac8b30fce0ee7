#pragma once
// Moving elements between arrays of different strides and types.

#include <autodiff/array/array.hpp>

namespace seegrad::detail {

auto is_row_major(const dims& shape, const dims& strides) -> bool;
/// Fills `to`, which is contiguous and nobody else's yet, with the elements of `from`, which has its shape or can be repeated to it,
/// converted to its type.
auto copy_elements(array& to, const array& from) -> void;
/// Fills `to`, as above, with one number.
auto fill_elements(array& to, const literal& x) -> void;
/// Copies `from` over the elements of `to`, of the same type and nobody else's yet, that the shape of `from` and these strides walk,
/// beginning at element `offset`.
auto copy_into(array& to, const array& from, const dims& strides, index_t offset) -> void;
/// The same, added to what is there; floating numbers.
auto add_to_part(array& to, const array& from, const dims& strides, index_t offset) -> void;

}  // namespace seegrad::detail
