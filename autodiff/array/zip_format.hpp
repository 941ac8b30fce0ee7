#pragma once
// What reading and writing zip archives have in common: the marks of their parts, and whole numbers in them.

#include <autodiff/array/error.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace seegrad::detail::zip {

inline constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50;
// ZIP64: numbers that do not fit their fields have these values there, and stand in full in a field of their own, or in a record before the end.
inline constexpr std::uint32_t record_mark = 0x06064b50, locator_mark = 0x07064b50, too_large = 0xffffffff, too_many = 0xffff;
inline constexpr int full_id = 1;
inline constexpr std::int64_t end_size = 22, locator_size = 20, record_size = 56, longest_comment = 65535;

// Whole numbers of n bytes, the lowest first.
inline auto number(std::string_view bytes, std::size_t at, int n) -> std::int64_t {
  std::uint64_t x = 0;
  for (int i = n - 1; i >= 0; --i) x = x << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  if (x >> 63) throw error("the archive is damaged: a number is beyond any file");
  return static_cast<std::int64_t>(x);
}
inline auto append(std::string& to, std::initializer_list<std::pair<std::uint64_t, int>> numbers) -> void {
  for (auto [x, n] : numbers)
    for (; n > 0; --n, x >>= 8) to += static_cast<char>(x & 255);
}

}  // namespace seegrad::detail::zip
