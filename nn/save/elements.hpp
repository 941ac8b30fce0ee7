#pragma once
// The elements of an array as files have them, in types that arrays have not: the words are those of .safetensors.

#include <autodiff/array/array.hpp>
#include <autodiff/array/npy.hpp>
#include <optional>
#include <string_view>

namespace seegrad::nn::detail {

/// Bytes of an element of type F64, F32, F16, BF16, F8_E5M2, F8_E4M3, I64 … I8, U64 … U8 or BOOL; nothing for another word.
auto width_of_elements(std::string_view type) -> std::optional<std::int64_t>;

/// An array of that shape, row by row from `from`: shorter fractions become float32, whole numbers int64. `swapped` if the highest byte of an
/// element comes first. Throws, without a "who", for a U64 beyond int64.
auto read_elements(seegrad::detail::byte_source& from, std::string_view type, const dims& shape, bool swapped = false) -> array;

}  // namespace seegrad::nn::detail
