#pragma once
// Memory of somebody else's, held as long as an array shows it: of another library, of a file that is mapped, of a program in another language.
//
//   auto numbers = std::make_shared<std::vector<double>>(6);
//   array x = held_memory(numbers->data(), float64, {2, 3}, {3, 1}, numbers);     // numbers may go out of sight
//
// array::borrow does the same where the memory is known to outlive all arrays that show it.

#include <autodiff/array/array.hpp>
#include <memory>

namespace seegrad {

/// An array in memory that it never writes to and nobody else should while it is there. `owner` is let go of with the last array or view that shows
/// it, on whichever thread that is. Strides count elements. Throws if shape and strides differ in length, or the address is no multiple of the
/// element's size.
auto held_memory(const void* data, dtype type, const dims& shape, const dims& strides, std::shared_ptr<const void> owner)
    -> array;

namespace detail {

/// A body that has an owner instead of elements owns itself, which no other does.
inline auto is_keeper(const array_body& b) -> bool { return b.owner == &b; }
/// Lets go of what it keeps.
auto release_kept(array_body& b) noexcept -> void;

}  // namespace detail

}  // namespace seegrad
