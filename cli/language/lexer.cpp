#include "lexer.hpp"

#include <autodiff/array/from_chars.hpp>
#include <fmt/format.h>

#include "utf8.hpp"

namespace seegrad::cli {
namespace {

// Names stand in tables and pictures.
constexpr std::size_t longest_name = 255;

auto as_place(std::size_t begin, std::size_t bytes) -> place {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + bytes)};
}

// What people type or paste that is almost right.
auto hint_for(std::string_view seen) -> std::string_view {
  struct {
    std::string_view seen, hint;
  } constexpr hints[] = {{"²", "; write ^2"},
                         {"³", "; write ^3"},
                         {"√", "; write sqrt(…)"},
                         {"[", "; write round brackets"},
                         {"]", "; write round brackets"},
                         {"{", "; write round brackets"},
                         {"}", "; write round brackets"},
                         {"%", "; write fmod(a, b) for the remainder"},
                         {"|", "; write abs(x) for |x|"},
                         {"<", "; write select(step(b - a), …, …) for a choice where a < b"},
                         {">", "; write select(step(a - b), …, …) for a choice where a > b"},
                         {"!", "; write tgamma(n + 1) for n!"}};
  for (const auto& h : hints)
    if (h.seen == seen) return h.hint;
  return "";
}

}  // namespace

lexer::lexer(std::string_view text) : text_(text) {
  if (text_.starts_with("\uFEFF")) at_ = 3;  // a byte order mark, which some editors write
  ahead_ = read();
}

auto lexer::next() -> token {
  const auto t = ahead_;
  ahead_ = read();
  return t;
}

auto lexer::taken(token_kind kind, std::size_t bytes, char sign, double number) -> token {
  const auto at = as_place(at_, bytes);
  at_ += bytes;
  return {kind, sign, number, at};
}

auto lexer::skip_blanks() -> void {
  for (; at_ < text_.size(); ++at_) {
    if (text_.substr(at_).starts_with("\u00A0")) ++at_;  // a no-break space, two bytes
    else if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
    else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r') return;
  }
}

auto lexer::read() -> token {
  skip_blanks();
  if (at_ == text_.size()) return {token_kind::end, 0, 0, as_place(at_, 0)};
  const auto c = text_[at_];
  if (c == '\n') return taken(token_kind::newline, 1);
  if (is_digit(static_cast<unsigned char>(c))) return number();
  if (c == '.' && at_ + 1 < text_.size() && is_digit(static_cast<unsigned char>(text_[at_ + 1]))) return number();
  const auto first = character_at(text_, at_);
  return first.valid && is_letter(first.code) ? name() : sign();
}

auto lexer::number() -> token {
  const auto rest = text_.substr(at_);
  double value = 0;
  const auto [stop, fault] = seegrad::detail::from_chars(rest.data(), rest.data() + rest.size(), value);
  auto bytes = static_cast<std::size_t>(stop - rest.data());
  if (fault == std::errc::result_out_of_range)
    throw complaint(
        as_place(at_, bytes),
        fmt::format("'{}' is a number too large or too small for this computer, which ends at 1.8e308 and begins at 4.9e-324",
                    shortened(rest.substr(0, bytes), 40)));
  // 1_000, 2x, 1e and 1.2.3 are neither a number nor two things side by side.
  const auto end = bytes;
  while (bytes < rest.size()) {
    const auto c = character_at(rest, bytes);
    if (!c.valid || !(is_letter(c.code) || is_digit(c.code) || c.code == '.')) break;
    bytes += c.bytes;
  }
  if (bytes > end)
    throw complaint(as_place(at_, bytes),
                    fmt::format("'{}' is not a number; to multiply, put a * between", shortened(rest.substr(0, bytes), 40)));
  return taken(token_kind::number, bytes, 0, value);
}

auto lexer::name() -> token {
  std::size_t bytes = 0;
  while (at_ + bytes < text_.size()) {
    const auto c = character_at(text_, at_ + bytes);
    if (!c.valid || !(is_letter(c.code) || is_digit(c.code))) break;
    bytes += c.bytes;
  }
  if (bytes > longest_name)
    throw complaint(as_place(at_, bytes), fmt::format("a name of {} bytes is too long; {} is the most", bytes, longest_name));
  return taken(token_kind::name, bytes);
}

auto lexer::sign() -> token {
  const auto rest = text_.substr(at_);
  if (rest.starts_with("**")) return taken(token_kind::sign, 2, '^');
  if (std::string_view("+-*/^(),=;").find(rest[0]) != std::string_view::npos) return taken(token_kind::sign, 1, rest[0]);

  struct {
    std::string_view seen;
    char means;
  } constexpr others[] = {{"×", '*'}, {"·", '*'}, {"⋅", '*'}, {"∙", '*'}, {"÷", '/'}, {"−", '-'}};
  for (const auto& o : others)
    if (rest.starts_with(o.seen)) return taken(token_kind::sign, o.seen.size(), o.means);

  const auto c = character_at(rest, 0);
  const auto seen = rest.substr(0, c.bytes);
  if (!c.valid)
    throw complaint(as_place(at_, 1), fmt::format("the byte 0x{:02x} is not UTF-8 text", static_cast<unsigned>(c.code)));
  if (c.code < 0x20)
    throw complaint(as_place(at_, 1), fmt::format("the control character 0x{:02x} does not belong into an expression",
                                                  static_cast<unsigned>(c.code)));
  throw complaint(as_place(at_, c.bytes), fmt::format("'{}' is no sign of an expression{}", shown(seen), hint_for(seen)));
}

}  // namespace seegrad::cli
