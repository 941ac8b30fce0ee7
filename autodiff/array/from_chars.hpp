#pragma once
// std::from_chars, also of a double where the standard library has it of whole numbers alone, as libc++ before 20 does.

#include <charconv>
#include <concepts>

namespace seegrad::detail {

/// The same for doubles by a stream, for such libraries: no locale has to do with it.
auto from_chars_by_stream(const char* begin, const char* end, double& x) -> std::from_chars_result;

template <class T>
auto from_chars(const char* begin, const char* end, T& x) -> std::from_chars_result {
#ifndef __cpp_lib_to_chars
  if constexpr (std::floating_point<T>) {
    double wide = 0;
    const auto result = from_chars_by_stream(begin, end, wide);
    if (result.ec == std::errc()) x = static_cast<T>(wide);
    return result;
  } else
#endif
    return std::from_chars(begin, end, x);
}

}  // namespace seegrad::detail
