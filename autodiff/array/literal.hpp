#pragma once
// A number as the program wrote it: whole numbers keep all their 64 bits on the way into an array, where a double would keep 53.

#include <autodiff/array/dtype.hpp>
#include <limits>
#include <type_traits>

namespace seegrad {

namespace detail {

// What is no whole number of 64 bits becomes the lowest one, as in numpy; the language leaves it open.
template <class To, class From>
[[gnu::always_inline]] constexpr auto converted(From x) -> To {
  if constexpr (std::same_as<To, std::int64_t> && std::is_floating_point_v<From>)
    return x >= From(-0x1p63) && x < From(0x1p63) ? static_cast<To>(x) : std::numeric_limits<To>::min();
  else return static_cast<To>(x);
}

/// Throws: a whole number that no int64 can be.
[[noreturn]] auto too_large(std::uint64_t x) -> void;

}  // namespace detail

class literal {
 public:
  /// bool makes a truth value, other integral types int64, floating types float64. Throws for a whole number beyond int64.
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr literal(T x) : number_(static_cast<double>(x)) {
    if constexpr (std::integral<T>) {
      if constexpr (std::unsigned_integral<T> && sizeof(T) >= sizeof(std::int64_t))
        if (x > static_cast<T>(std::numeric_limits<std::int64_t>::max())) detail::too_large(x);
      whole_ = static_cast<std::int64_t>(x);
      type_ = std::same_as<T, bool> ? boolean : int64;
    }
  }

  /// That of the literal: boolean, int64 or float64.
  constexpr auto type() const -> dtype { return type_; }
  /// The number as T; a fraction is cut off.
  template <element T>
  constexpr auto as() const -> T {
    if constexpr (std::same_as<T, std::int64_t>) return type_ == float64 ? detail::converted<T>(number_) : whole_;
    else return static_cast<T>(number_);
  }

 private:
  double number_;
  std::int64_t whole_ = 0;
  dtype type_ = float64;
};

}  // namespace seegrad
