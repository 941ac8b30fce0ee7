#pragma once
// Sums and products in which whole numbers wrap around, where the language leaves overflow open.

#include <concepts>
#include <cstdint>

namespace seegrad::detail {

template <class T>
constexpr auto wrapped_sum(T a, T b) -> T {
  if constexpr (std::same_as<T, std::int64_t>)
    return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else return static_cast<T>(a + b);
}
template <class T>
constexpr auto wrapped_product(T a, T b) -> T {
  if constexpr (std::same_as<T, std::int64_t>)
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else return static_cast<T>(a * b);
}

}  // namespace seegrad::detail
