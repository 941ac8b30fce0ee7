#pragma once
// Text as a terminal shows it: which bytes are a character, whether a name may hold it, how wide it is.
//
// The program reads any bytes, and what it shows of them must neither break the alignment of a table nor reach the terminal as a
// control sequence. No locale is set, because names must mean the same everywhere.

#include <autodiff/array/utf8.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::cli {

using detail::character_at;

/// Whether a name may begin with it: a letter of any script, or `_`.
auto is_letter(char32_t c) -> bool;
auto is_digit(char32_t c) -> bool;

/// Columns on a terminal: 0 for a combining mark, 2 for wide letters of East Asia, 1 for the rest.
auto width(char32_t c) -> std::size_t;
auto width(std::string_view text) -> std::size_t;

/// The text with everything that could disturb a terminal replaced: tabs and newlines by spaces, the rest by U+FFFD.
auto shown(std::string_view text) -> std::string;
/// `shown` in at most so many columns; what is cut off leaves an ellipsis.
auto shortened(std::string_view text, std::size_t columns) -> std::string;

}  // namespace seegrad::cli
