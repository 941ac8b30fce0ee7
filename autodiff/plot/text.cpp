#include <autodiff/plot/gnuplot.hpp>

#include <autodiff/array/utf8.hpp>

namespace seegrad::detail::plotting {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the character that begins here, or 0 if it is none that a page may show: XML 1.0 has no control characters but tab and
// line feed.
auto length_of(std::string_view s) -> std::size_t {
  const auto c = detail::character_at(s, 0);
  const bool is_good = c.valid && (!detail::is_control(c.code) || c.code == '\t' || c.code == '\n');
  return is_good ? c.bytes : 0;
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

auto shortened(std::string text, std::size_t most) -> std::string {
  if (detail::characters(text) <= most) return text;
  std::size_t at = 0;
  for (std::size_t n = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && n++ + 1 >= most) break;
  }
  text.resize(at);
  return text + "…";
}

auto quoted(std::string_view text, std::size_t most) -> std::string { return in_quotes(text, most, false); }
auto quoted_tic(std::string_view text, std::size_t most) -> std::string { return in_quotes(text, most, true); }

}  // namespace seegrad::detail::plotting
