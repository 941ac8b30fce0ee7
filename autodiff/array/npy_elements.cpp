#include <autodiff/array/npy_elements.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/half.hpp>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace seegrad::detail {
namespace {

// Integers of N bytes as they stand in the file.
template <class U>
auto load(const char* from, bool swap) -> U {
  char bytes[sizeof(U)];
  std::memcpy(bytes, from, sizeof(U));
  if (swap) std::reverse(bytes, bytes + sizeof(U));
  U x;
  std::memcpy(&x, bytes, sizeof(U));
  return x;
}

// Calls f with a number of the type that stands in the file.
template <class F>
auto with_file_type(const npy_type& t, F f) -> void {
  switch (t.kind) {
    case 'i':
      return t.width == 1   ? f(std::int8_t{})
             : t.width == 2 ? f(std::int16_t{})
             : t.width == 4 ? f(std::int32_t{})
                            : f(std::int64_t{});
    case 'u':
      return t.width == 1   ? f(std::uint8_t{})
             : t.width == 2 ? f(std::uint16_t{})
             : t.width == 4 ? f(std::uint32_t{})
                            : f(std::uint64_t{});
    default: return t.width == 4 ? f(float{}) : f(double{});
  }
}

template <class U>
auto decode(const char* from, bool swap, std::size_t n, void* to) -> void {
  using T = std::conditional_t<std::integral<U>, std::int64_t, U>;
  auto* out = static_cast<T*>(to);
  for (std::size_t i = 0; i < n; ++i) {
    const auto x = load<U>(from + i * sizeof(U), swap);
    if constexpr (std::same_as<U, std::uint64_t>)
      if (x > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        throw error(fmt::format(
            "element {} is {}, which no int64 can be, and unsigned numbers become int64; in numpy, x.astype('float64') rounds it",
            i, x));
    out[i] = static_cast<T>(x);
  }
}

}  // namespace

auto is_as_in_memory(const npy_type& t) -> bool {
  const auto type = t.becomes();
  return t.kind != 'u' && t.kind != 'b' && t.width == size_of(type) && t.big_endian == (std::endian::native == std::endian::big);
}

auto decode_elements(const npy_type& t, const char* from, std::size_t n, void* to) -> void {
  const bool swap = t.big_endian != (std::endian::native == std::endian::big);
  if (n == 0) return;
  if (is_as_in_memory(t)) std::memcpy(to, from, n * t.width);
  else if (t.kind == 'b')
    for (std::size_t i = 0; i < n; ++i) static_cast<bool*>(to)[i] = from[i] != 0;
  else if (t.kind == 'f' && t.width == 2)
    for (std::size_t i = 0; i < n; ++i) static_cast<float*>(to)[i] = from_half(load<std::uint16_t>(from + 2 * i, swap));
  else with_file_type(t, [&]<class U>(U) { decode<U>(from, swap, n, to); });
}

}  // namespace seegrad::detail
