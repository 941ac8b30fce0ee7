#include <autodiff/array/utf8.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/error_place.hpp>
#include <fmt/format.h>
#include <iterator>

namespace seegrad {
namespace detail {

auto character_at(std::string_view text, std::size_t at) -> character {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::uint32_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() - at < bytes) return {first, 1, false};
  char32_t code = first & (0x7fU >> bytes);
  for (std::uint32_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[bytes] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {first, 1, false};
  return {code, bytes, true};
}

auto characters(std::string_view text) -> std::size_t {
  // Every byte but those that continue a character.
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

auto is_control(char32_t c) -> bool {
  struct range {
    char32_t first, last;
  };
  constexpr range controls[] = {{0, 0x1f}, {0x7f, 0x9f}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfff9, 0xfffb}};
  return (c & 0xfffe) == 0xfffe ||
         std::any_of(std::begin(controls), std::end(controls), [&](const range& r) { return r.first <= c && c <= r.last; });
}

auto escaped(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at);
    if (c.valid && !is_control(c.code)) out += text.substr(at, c.bytes);
    else if (c.code == '\n') out += "\\n";
    else if (c.code == '\r') out += "\\r";
    else if (c.code == '\t') out += "\\t";
    else if (!c.valid || c.code < 0x80) out += fmt::format("\\x{:02x}", static_cast<unsigned>(c.code));
    else out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.code));
    at += c.bytes;
  }
  return out;
}

}  // namespace detail

constinit thread_local const detail::error_place* detail::error_place::innermost = nullptr;

namespace detail {
auto error_place::before(const std::string& message) -> std::string {
  for (const auto* place = innermost; place; place = place->outer_) {
    const auto text = place->text_of_(place->what_);
    if (text.empty()) continue;
    const auto begin = "in " + text + ": ";
    return message.starts_with(begin) ? message : begin + message;
  }
  return message;
}
}  // namespace detail

error::error(const std::string& message) : std::runtime_error(detail::escaped(detail::error_place::before(message))) {}

}  // namespace seegrad
