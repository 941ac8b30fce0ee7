#pragma once
// From text to a program.
//
//   auto p = parse("u = b*c; 3*(a + u)");
//
// Operators from the weakest: + and -, then * and /, then the sign of a value, then ^ (or **), which alone groups from
// the right:
// -2^2 is -4, 2^3^2 is 512, 2^-1 is 0.5. Functions are the library's operations by their names. Statements end with `;`
// or a newline;
// inside brackets, and where a value is still missing, a newline is a blank.

#include "program.hpp"

namespace seegrad::cli {

/// The longest text that is read: 64 MB.
inline constexpr std::size_t longest_text = std::size_t{64} << 20;

/// `text` must outlive the program. Throws a complaint at what is wrong.
auto parse(std::string_view text) -> program;

/// How an operation is written in an expression: its sign and strength, or a strength of 0 for a function.
struct notation {
  char sign = 0;
  int strength = 0;
};
auto notation_of(const operation& op) -> notation;

}  // namespace seegrad::cli
