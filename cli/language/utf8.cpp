#include "utf8.hpp"

#include <algorithm>
#include <iterator>

namespace seegrad::cli {
namespace {

struct range {
  char32_t first, last;
};

template <std::size_t N>
auto within(const range (&sorted)[N], char32_t c) -> bool {
  const auto after =
      std::upper_bound(std::begin(sorted), std::end(sorted), c, [](char32_t x, const range& r) { return x < r.first; });
  return after != std::begin(sorted) && c <= std::prev(after)->last;
}

// Beyond ASCII, everything is taken for a letter but these: controls, spaces, punctuation, signs, superscripts, private use.
constexpr range not_letters[] = {{0x80, 0xa9},     {0xab, 0xb4},     {0xb6, 0xb9},     {0xbb, 0xbf},       {0xd7, 0xd7},
                                 {0xf7, 0xf7},     {0x1680, 0x1680}, {0x2000, 0x207f}, {0x208a, 0x208e},   {0x20a0, 0x20cf},
                                 {0x2150, 0x2bff}, {0x2e00, 0x2e7f}, {0x3000, 0x3004}, {0x3008, 0x3020},   {0x3030, 0x3030},
                                 {0xd800, 0xf8ff}, {0xfe00, 0xfe1f}, {0xfe30, 0xfe6f}, {0xfeff, 0xfeff},   {0xff00, 0xff20},
                                 {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff}, {0x1f000, 0x1faff}, {0xe0000, 0x10ffff}};
// The letters among them: ℂ, ℓ, ℝ and their like.
constexpr range letters_after_all[] = {{0x2071, 0x2071}, {0x207f, 0x207f}, {0x2100, 0x2134}};

// Marks that sit on the letter before them, and characters that are not seen.
constexpr range no_columns[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                {0x64b, 0x65f},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
                                {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
constexpr range two_columns[] = {{0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
                                 {0xac00, 0xd7a3}, {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                 {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

}  // namespace

auto is_digit(char32_t c) -> bool { return c >= '0' && c <= '9'; }

auto is_letter(char32_t c) -> bool {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return !within(not_letters, c) || within(letters_after_all, c);
}

auto width(char32_t c) -> std::size_t { return c < 0x300 ? 1 : within(no_columns, c) ? 0 : within(two_columns, c) ? 2 : 1; }

auto width(std::string_view text) -> std::size_t {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at);
    columns += c.valid ? width(c.code) : 1;
    at += c.bytes;
  }
  return columns;
}

auto shown(std::string_view text) -> std::string {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at);
    if (c.code == '\t' || c.code == '\n' || c.code == '\r') out += ' ';
    else if (!c.valid || detail::is_control(c.code)) out += "\uFFFD";
    else out += text.substr(at, c.bytes);
    at += c.bytes;
  }
  return out;
}

auto shortened(std::string_view text, std::size_t columns) -> std::string {
  std::size_t used = 0, at = 0, keep = 0;
  while (at < text.size()) {
    const auto c = character_at(text, at);
    const auto more = c.valid ? width(c.code) : 1;
    if (used + more > columns) return shown(text.substr(0, keep)) + "…";
    used += more, at += c.bytes;
    if (used < columns) keep = at;
  }
  return shown(text);
}

}  // namespace seegrad::cli
