#pragma once
// The elements of an .npy file as an array has them.

#include <autodiff/array/npy_header.hpp>

namespace seegrad::detail {

/// Whether the bytes of the file are those of the array.
auto is_as_in_memory(const npy_type& t) -> bool;
/// n elements from the bytes of a file to the memory of an array of type t.becomes(). Throws, without a "who", for a number that is none of
/// that type: a whole number of 64 bits without a sign that is no int64.
auto decode_elements(const npy_type& t, const char* from, std::size_t n, void* to) -> void;

}  // namespace seegrad::detail
