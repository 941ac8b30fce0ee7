#pragma once
// The bytes of a name as characters. Names of nodes, files and columns may hold any bytes; what writes them as text, JSON or XML, or shows
// them on a terminal, asks here what is a character (RFC 3629: no overlong form, no surrogate, nothing beyond U+10FFFF).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::detail {

/// The character that begins at a byte: a byte that is not UTF-8 counts as one character of its own, and is not `valid`.
struct character {
  char32_t code;
  std::uint32_t bytes;
  bool valid;
};
auto character_at(std::string_view text, std::size_t at) -> character;

/// How many characters (not bytes) a text that is UTF-8 has.
auto characters(std::string_view text) -> std::size_t;

/// Control characters of both kinds, what turns the direction of writing, and what is no character: shown as they are, they would
/// change the text around them.
auto is_control(char32_t c) -> bool;

/// The text with every such character, and every byte that is not UTF-8, written as in a program: \n, \x1b, \u202e. Other text stays as it
/// is, so that doing it twice is doing it once.
auto escaped(std::string_view text) -> std::string;

}  // namespace seegrad::detail
