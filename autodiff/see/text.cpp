#include <autodiff/see/text.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t longest_line = 60, most_lines = 6, longest_text = 400;
constexpr std::string_view replacement = "\uFFFD", minus = "\u2212";

// Takes one character off the front of `s`; what is not UTF-8 is taken byte by byte, and gives the replacement character.
auto take(std::string_view& s) -> char32_t {
  const auto c = detail::character_at(s, 0);
  s.remove_prefix(c.bytes);
  return c.valid ? c.code : U'\uFFFD';
}

// Most names are, and need no second look.
auto is_plain(std::string_view s) -> bool {
  const auto plain = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
  };
  return s.size() <= longest_line && std::all_of(s.begin(), s.end(), plain);
}

template <class Special>
auto put(std::string& out, std::string_view s, Special special) -> void {
  while (!s.empty()) {
    const auto before = s;
    const auto c = take(s);
    if (special(c)) continue;
    if (c == U'&') out += "&amp;";
    else if (c == U'<') out += "&lt;";
    else if (c == U'>') out += "&gt;";
    else if (c < 0x20 || c == 0x7F) out += {'\xE2', '\x90', static_cast<char>(c == 0x7F ? 0xA1 : 0x80 + c)};
    else if (c == U'\uFFFD' || detail::is_control(c)) out += replacement;
    else out += before.substr(0, before.size() - s.size());
  }
}

// The rest of a number's text: no 0 or + in front of an exponent.
auto put_trimmed(std::string& out, const char* at, const char* end) -> void {
  for (; at != end; ++at) {
    out += *at;
    if (*at != 'e') continue;
    if (at[1] == '-') out += minus;
    while (at + 2 != end && (at[1] == '0' || at[1] == '+' || at[1] == '-')) ++at;
  }
}

// Takes off the sign, and writes what has no fraction. A whole number is easier to read in full than rounded to a power of ten.
auto put_simple(std::string& out, double& x, int digits) -> bool {
  if (x == 0) return out += '0', true;
  if (std::signbit(x) && !std::isnan(x)) out += minus;
  x = std::abs(x);
  if (digits < 3 || !(x < (digits < 4 ? 1000 : 1'000'000)) || x != static_cast<int>(x)) return false;
  const fmt::format_int whole(static_cast<int>(x));
  return out.append(whole.data(), whole.size()), true;
}

// A few digits of a number of common size: what {:g} writes, several times as fast. False, and nothing written, where it is not sure of
// the last digit.
auto put_rounded(std::string& out, double x, int digits) -> bool {
  constexpr double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
  if (digits < 1 || digits > 6 || !(x >= 1e-4 && x < power[digits])) return false;
  int point = 0;  // x is at least 10 ^ point
  if (x >= 1)
    while (x >= power[point + 1]) ++point;
  else
    while (x * power[-point] < 1) --point;
  const double scaled = x * power[digits - 1 - point];
  auto whole = static_cast<unsigned>(scaled);
  const double rest = scaled - whole;
  if (std::abs(rest - 0.5) < 1e-6) return false;
  if (rest > 0.5) ++whole;
  if (whole < power[digits - 1]) return false;
  if (whole >= power[digits]) {
    if (++point == digits) return false;
    whole /= 10;
  }
  char text[24];
  char* const end = text + sizeof text;
  char* at = end;
  int decimals = digits - 1 - point;
  while (decimals > 0 && whole % 10 == 0) whole /= 10, --decimals;
  for (int i = 0; whole != 0 || i <= decimals; ++i, whole /= 10) {
    if (i == decimals && i > 0) *--at = '.';
    *--at = static_cast<char>('0' + whole % 10);
  }
  return out.append(at, end), true;
}

}  // namespace

auto put_number(std::string& out, double x, int digits) -> void {
  if (put_simple(out, x, digits)) return;
  if (put_rounded(out, x, digits)) return;
  char text[40];
  put_trimmed(out, text, fmt::format_to(text, "{:.{}g}", x, std::clamp(digits, 1, 17)));
}

auto put_exact(std::string& out, double x) -> void {
  char text[40];
  if (!put_simple(out, x, 17)) put_trimmed(out, text, fmt::format_to(text, "{}", x));
}

auto number_text(double x, int digits) -> std::string {
  std::string out;
  put_number(out, x, digits);
  return out;
}

auto count_text(std::size_t n) -> std::string {
  auto s = fmt::to_string(n);
  for (auto i = static_cast<std::ptrdiff_t>(s.size()) - 3; i > 0; i -= 3) s.insert(static_cast<std::size_t>(i), 1, ',');
  return s;
}

auto bytes_text(double bytes) -> std::string {
  constexpr std::string_view units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < std::size(units); ++unit) bytes /= 1000;
  return fmt::format("{:.{}f} {}", bytes, unit > 0 && bytes < 9.95 ? 1 : 0, units[unit]);
}

auto put_html(std::string& out, std::string_view s, std::string_view line_break) -> void {
  if (is_plain(s)) return static_cast<void>(out += s);
  std::size_t column = 0, lines = 1;
  bool full = false, at_edge = true;  // of a piece of text, where an SVG drops spaces
  put(out, s, [&](char32_t c) {
    if (full) return true;
    if (c == U'\r') return true;
    if (c == U'\n') return at_edge = true, column = 0, full = ++lines > most_lines, out += full ? "…" : line_break, true;
    if (++column > longest_line) return column == longest_line + 1 ? (out += "…", true) : true;
    const bool was_at_edge = std::exchange(at_edge, c == U' ' || c == U'\t' || c == U'\\');
    if (c == U' ' || c == U'\t') return out += was_at_edge ? "&#160;" : " ", true;
    if (c == U'"') return out += "&quot;", true;
    // The XML parser keeps a ] back, which might begin the end of a CDATA section, and Graphviz does not ask for it again.
    if (c == U']') return out += "&#93;", true;
    if (c == U'\\') return out += "<font>\\</font>", true;  // apart from what follows: \N would become the node's name
    return false;
  });
  if (lines > 1 && line_break != "<br/>") out += line_break;  // which sets the line before it to the side
}

auto put_quoted(std::string& out, std::string_view s) -> void {
  if (is_plain(s)) return static_cast<void>(out += s);
  std::size_t column = 0;
  put(out, s, [&](char32_t c) {
    if (++column > longest_text) return column == longest_text + 1 ? (out += "…", true) : true;
    if (c == U'\n' || c == U'\r' || c == U'\t') return out += ' ', true;
    if (c == U'"') return out += "\\\"", true;
    if (c == U'\\') return out += "\\\\", true;
    return false;
  });
}

}  // namespace seegrad::detail::see
