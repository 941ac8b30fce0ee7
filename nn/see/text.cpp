#include <nn/see/gnuplot.hpp>

#include <cstdint>

namespace seegrad::nn::detail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the character that begins here, or 0 if it is none: overlong forms, surrogates and numbers that Unicode has not
// are none (RFC 3629), nor are the control characters and U+FFFE and U+FFFF, which XML 1.0 has not.
auto length_of(std::string_view s) -> std::size_t {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7F ? 1 : byte(0) == '\t' || byte(0) == '\n' ? 1 : 0;
  const std::size_t n = byte(0) >> 5 == 6 ? 2 : byte(0) >> 4 == 14 ? 3 : byte(0) >> 3 == 30 ? 4 : 0;
  if (n == 0 || n > s.size()) return 0;
  std::uint32_t code = byte(0) & (0xFFu >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if (byte(i) >> 6 != 2) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool bad = code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || (code < 0xA0) || code == 0xFFFE ||
                   code == 0xFFFF;
  return bad ? 0 : n;
}

auto in_quotes(std::string_view text, std::size_t most, bool tic) -> std::string {
  std::string out = "'";
  for (char c : shortened(clean_utf8(text), most)) {
    if (c == '\n' || c == '\t') c = ' ';
    out += c;
    if (c == '\'' || (tic && c == '%')) out += c;
  }
  return out + '\'';
}

}  // namespace

auto clean_utf8(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const auto n = length_of(text);
    out += n ? text.substr(0, n) : replacement;
    text.remove_prefix(n ? n : 1);
  }
  return out;
}

auto characters(std::string_view text) -> std::size_t {
  std::size_t n = 0;
  for (char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

auto shortened(std::string text, std::size_t most) -> std::string {
  if (characters(text) <= most) return text;
  std::size_t at = 0;
  for (std::size_t n = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && n++ + 1 >= most) break;
  }
  text.resize(at);
  return text + "…";
}

auto quoted(std::string_view text, std::size_t most) -> std::string { return in_quotes(text, most, false); }
auto quoted_tic(std::string_view text, std::size_t most) -> std::string { return in_quotes(text, most, true); }

}  // namespace seegrad::nn::detail
