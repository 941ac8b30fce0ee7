#pragma once
// The types of number an array may hold. Floating-point arrays are what is differentiated; whole numbers and truth values serve as
// indices, labels and masks.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace seegrad {

/// Truth values of a byte, whole numbers with a sign of 8 bytes, fractions of 4 and of 8.
enum class dtype : std::uint8_t { boolean, int64, float32, float64 };
/// The types by their names alone.
inline constexpr auto boolean = dtype::boolean, int64 = dtype::int64, float32 = dtype::float32, float64 = dtype::float64;

/// Whether its numbers are fractions, and can be differentiated.
constexpr auto is_floating(dtype t) -> bool { return t >= dtype::float32; }
/// Itself, or float64 for whole numbers and truth values.
constexpr auto floating(dtype t) -> dtype { return is_floating(t) ? t : dtype::float64; }
/// Bytes of an element.
constexpr auto size_of(dtype t) -> std::size_t { return t == dtype::boolean ? 1 : t == dtype::float32 ? 4 : 8; }
/// "bool", "int64", "float32" or "float64".
constexpr auto name_of(dtype t) -> std::string_view {
  constexpr std::string_view names[] = {"bool", "int64", "float32", "float64"};
  return names[static_cast<int>(t)];
}

/// A C++ type that elements have.
template <class T>
concept element = std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, float> || std::same_as<T, double>;

/// The type of arrays whose elements are T.
template <element T>
inline constexpr dtype dtype_of = std::same_as<T, bool>           ? dtype::boolean
                                  : std::same_as<T, std::int64_t> ? dtype::int64
                                  : std::same_as<T, float>        ? dtype::float32
                                                                  : dtype::float64;

namespace detail {
/// Calls f with a value of the type that `t` stands for: with_type(t, [&]<class T>(T) { … }).
template <class F>
auto with_type(dtype t, F&& f) -> decltype(auto) {
  switch (t) {
    case dtype::boolean: return f(bool{});
    case dtype::int64: return f(std::int64_t{});
    case dtype::float32: return f(float{});
    default: return f(double{});
  }
}
/// The same for the two floating types; anything else counts as double.
template <class F>
auto with_floating(dtype t, F&& f) -> decltype(auto) {
  return t == dtype::float32 ? f(float{}) : f(double{});
}
}  // namespace detail

}  // namespace seegrad
