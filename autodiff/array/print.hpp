#pragma once
// Arrays as text, laid out as numpy does it.
//
//   fmt::print("{}\n", x);          // [[1.   2.5 ]
//                                   //  [3.   4.25]]
//   fmt::print("{:.3}\n", x);       // at most three digits after the point
//   fmt::print("{:r}\n", labels);   // array([3, 1], dtype=int64)
//   std::cout << x;
//
// Columns are aligned, a number has at most eight digits after the point and no more than it needs, one exponent in an array
// gives all of them one, and rows longer than a line of 75 go on in the next. Beyond 1000 elements only the first and the last
// three of each axis are shown. An array without axes is written in full, like a plain number.

#include <autodiff/array/array.hpp>
#include <fmt/core.h>
#include <iosfwd>
#include <string>

namespace seegrad {

struct print_options {
  int precision = -1;        ///< digits after the point, at most; -1 for 8, and for all an array without axes needs
  bool with_type = false;    ///< array(…, dtype=…)
  index_t threshold = 1000;  ///< the largest number of elements that is written in full
  index_t edge = 3;          ///< how much of each end of an axis is shown otherwise
  int width = 75;            ///< of a line
};

/// As numpy prints it.
auto to_string(const array& x, const print_options& options = {}) -> std::string;
/// Prints to_string(x).
auto operator<<(std::ostream& out, const array& x) -> std::ostream&;

namespace detail {
/// Throws fmt::format_error; stops the compiler where the format is checked at compile time.
[[noreturn]] auto bad_array_format() -> void;
}  // namespace detail

}  // namespace seegrad

/// {} or {:.3} for a precision, {:r} for the type as well, {:.3r} for both.
template <>
struct fmt::formatter<seegrad::array> {
  constexpr auto parse(fmt::format_parse_context& context) -> fmt::format_parse_context::iterator {
    auto at = context.begin();
    if (at != context.end() && *at == '.') {
      options.precision = 0;
      for (++at; at != context.end() && *at >= '0' && *at <= '9' && options.precision < 100; ++at)
        options.precision = 10 * options.precision + (*at - '0');
    }
    if (at != context.end() && *at == 'r') options.with_type = true, ++at;
    if (at != context.end() && *at != '}') seegrad::detail::bad_array_format();
    return at;
  }
  auto format(const seegrad::array& x, fmt::format_context& context) const -> fmt::format_context::iterator;

  seegrad::print_options options;
};
