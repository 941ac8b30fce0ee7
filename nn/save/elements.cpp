#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/half.hpp>
#include <bit>
#include <cmath>
#include <limits>
#include <nn/save/elements.hpp>
#include <vector>

namespace seegrad::nn::detail {
namespace {

// The upper half of a float32.
auto from_bfloat(std::uint16_t h) -> float { return std::bit_cast<float>(std::uint32_t{h} << 16); }
// The upper half of a float16.
auto from_e5m2(std::uint8_t b) -> float { return seegrad::detail::from_half(static_cast<std::uint16_t>(b << 8)); }
// Four bits of exponent, no infinity, and NaN where all others are set (P. Micikevicius et al., FP8 formats for deep learning, 2022).
auto from_e4m3(std::uint8_t b) -> float {
  const int exponent = b >> 3 & 15, fraction = b & 7;
  const float size = exponent == 15 && fraction == 7 ? std::numeric_limits<float>::quiet_NaN()
                     : exponent == 0                 ? std::ldexp(static_cast<float>(fraction), -9)
                                                     : std::ldexp(static_cast<float>(8 + fraction), exponent - 10);
  return b & 0x80 ? -size : size;
}

template <class T>
auto with_bytes_swapped(T x) -> T {
  char bytes[sizeof(T)];
  std::copy_n(reinterpret_cast<const char*>(&x), sizeof(T), bytes);
  std::reverse(bytes, bytes + sizeof(T));
  std::copy_n(bytes, sizeof(T), reinterpret_cast<char*>(&x));
  return x;
}

constexpr index_t at_once = 1 << 16;

// Piece by piece, so that wide results need no second copy of their file.
template <class From, class F>
auto converted(seegrad::detail::byte_source& in, const dims& shape, bool swapped, F f) -> array {
  using to = decltype(f(From{}));
  auto out = array::uninitialized(dtype_of<to>, shape);
  auto* next = static_cast<to*>(out.raw());
  std::vector<From> raw(static_cast<std::size_t>(std::min(out.size(), at_once)));
  for (auto left = out.size(); left > 0;) {
    const auto n = std::min(left, at_once);
    in.read(raw.data(), static_cast<std::size_t>(n) * sizeof(From));
    next = std::transform(raw.begin(), raw.begin() + n, next, [&](From x) { return f(swapped ? with_bytes_swapped(x) : x); });
    left -= n;
  }
  return out;
}

}  // namespace

auto width_of_elements(std::string_view type) -> std::optional<std::int64_t> {
  static constexpr std::pair<std::string_view, std::int64_t> known[] = {
      {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I64", 8}, {"I32", 4},
      {"I16", 2}, {"I8", 1},  {"U64", 8}, {"U32", 4},  {"U16", 2},     {"U8", 1},      {"BOOL", 1}};
  for (const auto& [word, bytes] : known)
    if (word == type) return bytes;
  return {};
}

auto read_elements(seegrad::detail::byte_source& from, std::string_view type, const dims& shape, bool swapped) -> array {
  const auto same = [](auto x) { return x; };
  const auto whole = [](auto x) { return std::int64_t{x}; };
  if (type == "F64") return converted<double>(from, shape, swapped, same);
  if (type == "F32") return converted<float>(from, shape, swapped, same);
  if (type == "F16") return converted<std::uint16_t>(from, shape, swapped, seegrad::detail::from_half);
  if (type == "BF16") return converted<std::uint16_t>(from, shape, swapped, from_bfloat);
  if (type == "F8_E5M2") return converted<std::uint8_t>(from, shape, swapped, from_e5m2);
  if (type == "F8_E4M3") return converted<std::uint8_t>(from, shape, swapped, from_e4m3);
  if (type == "I64") return converted<std::int64_t>(from, shape, swapped, same);
  if (type == "I32") return converted<std::int32_t>(from, shape, swapped, whole);
  if (type == "I16") return converted<std::int16_t>(from, shape, swapped, whole);
  if (type == "I8") return converted<std::int8_t>(from, shape, swapped, whole);
  if (type == "U64")
    return converted<std::uint64_t>(from, shape, swapped, [](std::uint64_t x) {
      if (x >> 63) throw error("a whole number is beyond int64");
      return static_cast<std::int64_t>(x);
    });
  if (type == "U32") return converted<std::uint32_t>(from, shape, swapped, whole);
  if (type == "U16") return converted<std::uint16_t>(from, shape, swapped, whole);
  if (type == "U8") return converted<std::uint8_t>(from, shape, swapped, whole);
  if (type == "BOOL") return converted<std::uint8_t>(from, shape, swapped, [](auto x) { return x != 0; });
  throw error("elements of an unknown type");
}

}  // namespace seegrad::nn::detail
