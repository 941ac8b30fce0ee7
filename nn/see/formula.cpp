#include <nn/see/formula.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <fmt/format.h>
#include <nn/see/svg.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace seegrad::nn::detail {
namespace {

constexpr std::pair<std::string_view, std::string_view> powers[] = {
    {"²", "<mn>2</mn>"}, {"³", "<mn>3</mn>"}, {"⁴", "<mn>4</mn>"}, {"ᵀ", "<mi mathvariant=\"normal\">T</mi>"}};
constexpr std::string_view functions[] = {"sin",     "cos",  "tanh", "exp", "log", "ln", "sqrt",
                                          "sigmoid", "relu", "max",  "min", "f",   "g"};
constexpr std::string_view relations[] = {"=", "≈", "≤", "≥", "≠", "<", ">", "→"};

auto is_digit(char c) -> bool { return '0' <= c && c <= '9'; }
auto is_letter(char c) -> bool { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }
auto row(std::string_view inside) -> std::string { return fmt::format("<mrow>{}</mrow>", inside); }
auto sign(std::string_view s) -> std::string { return fmt::format("<mo>{}</mo>", escaped(s)); }

// A reading of the longest formula that begins at a place. Each function moves on over what it has read, or says no and stays.
class reader {
 public:
  reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  auto relation() -> std::optional<std::string> {
    auto out = sum();
    while (out) {
      const auto before = at_;
      const auto* r = std::find_if(std::begin(relations), std::end(relations), [&](auto s) { return spaced(s); });
      if (r == std::end(relations)) break;
      const auto right = sum();
      if (!right) {
        at_ = before;
        break;
      }
      *out += sign(*r) + *right, says_something_ = true;
    }
    return out;
  }

  auto at() const -> std::size_t { return at_; }
  auto is_formula() const -> bool { return says_something_ && has_symbol_; }

 private:
  auto rest() const -> std::string_view { return text_.substr(at_); }
  auto take(std::string_view s) -> bool { return rest().starts_with(s) && (at_ += s.size(), true); }
  auto spaced(std::string_view s) -> bool { return take(fmt::format(" {} ", s)); }
  auto peek(std::size_t k = 0) const -> char { return at_ + k < text_.size() ? text_[at_ + k] : ' '; }

  // Reads `right` behind an operator, or gives the operator back.
  template <class Read>
  auto after(bool found, std::size_t before, Read read) -> std::optional<std::string> {
    auto right = found ? read() : std::nullopt;
    if (!right) at_ = before;
    return right;
  }

  auto sum() -> std::optional<std::string> {
    const bool minus = take("-") || take("−");
    auto out = product();
    if (out && minus) out = sign("−") + *out;
    while (out) {
      const auto before = at_;
      const bool plus = spaced("+");
      const auto right = after(plus || spaced("-") || spaced("−"), before, [&] { return product(); });
      if (!right) break;
      *out += sign(plus ? "+" : "−") + *right, says_something_ = true;
    }
    return out;
  }

  // A bar with blanks around it goes below all that stands before it, one without them below the last factor.
  auto product() -> std::optional<std::string> {
    auto out = quotient();
    while (out) {
      const auto before = at_;
      if (const auto right = after(spaced("/"), before, [&] { return quotient(); })) {
        *out = fmt::format("<mfrac>{}{}</mfrac>", row(*out), row(*right)), says_something_ = true;
      } else if (const auto times = after(spaced("*"), before, [&] { return quotient(); })) {
        *out += sign("∗") + *times, says_something_ = true;
      } else if (const auto next = after(peek() != ' ' || take(" "), before, [&] { return beside(before); })) {
        *out += (text_[before] == ' ' ? "<mspace width=\"0.17em\"/>" : "") + *next;
      } else {
        break;
      }
    }
    return out;
  }

  // What stands beside a factor, times it. Words beside each other are a sentence.
  auto beside(std::size_t before) -> std::optional<std::string> {
    std::size_t letters = 0;
    while (is_letter(peek(letters))) ++letters;
    if (is_digit(peek())) return std::nullopt;
    const bool is_word = letters > 2 || (letters == 2 && peek() != 'd');
    return is_word && !is_digit(text_[before - 1]) ? function() : quotient();
  }

  auto quotient() -> std::optional<std::string> {
    const bool number = is_digit(peek());
    auto out = factor();
    const auto before = at_;
    if (const auto right =
            out ? after((number || is_digit(peek(1)) || peek(1) == '(') && take("/"), before, [&] { return factor(); })
                : std::nullopt)
      return says_something_ = true, fmt::format("<mfrac>{}{}</mfrac>", row(*out), row(*right));
    return out;
  }

  auto factor() -> std::optional<std::string> {
    auto out = base();
    if (!out) return out;
    while (true) {
      const auto* p = std::find_if(std::begin(powers), std::end(powers), [&](const auto& x) { return take(x.first); });
      const auto before = at_;
      if (p != std::end(powers)) out = fmt::format("<msup>{}{}</msup>", row(*out), p->second);
      else if (take("'")) out = fmt::format("<msup>{}<mo>′</mo></msup>", row(*out));
      else if (const auto power = after(take("^"), before, [&] { return base(); }))
        out = fmt::format("<msup>{}{}</msup>", row(*out), row(*power)), says_something_ = true;
      else return out;
    }
  }

  auto base() -> std::optional<std::string> {
    if (is_digit(peek())) return number();
    if (peek() == '(') return brackets();
    if (auto f = function()) return f;
    return symbol();
  }

  auto number() -> std::optional<std::string> {
    auto end = at_;
    while (end < text_.size() &&
           (is_digit(text_[end]) || (text_[end] == '.' && end + 1 < text_.size() && is_digit(text_[end + 1]))))
      ++end;
    const auto digits = text_.substr(at_, end - at_);
    at_ = end;
    return fmt::format("<mn>{}</mn>", digits);
  }

  auto brackets() -> std::optional<std::string> {
    const auto before = at_++;
    const auto said = std::pair(says_something_, has_symbol_);
    ++depth_;
    const auto inside = relation();
    --depth_;
    if (inside && take(")")) return row("<mo>(</mo>" + *inside + "<mo>)</mo>");
    at_ = before, std::tie(says_something_, has_symbol_) = said;
    return std::nullopt;
  }

  // f(x), f'(x), and sin x.
  auto function() -> std::optional<std::string> {
    const auto before = at_;
    for (const auto name : functions) {
      if (!take(name)) continue;
      const auto primed = take("'");
      const auto shown = primed ? fmt::format("<msup><mi>{}</mi><mo>′</mo></msup>", name) : fmt::format("<mi>{}</mi>", name);
      const bool blank = (name == "sin" || name == "cos") && take(" ");
      if (const auto inside = peek() == '(' ? brackets() : blank ? product() : std::nullopt)
        return says_something_ = true, has_symbol_ = true, shown + "<mo>&#x2061;</mo>" + *inside;
      at_ = before;
    }
    return std::nullopt;
  }

  // A letter, after a d that is no symbol of its own, with a number below. In brackets words are symbols, too.
  auto symbol() -> std::optional<std::string> {
    if (at_ == text_.size()) return std::nullopt;
    const auto first = seegrad::detail::character_at(text_, at_);
    if (first.valid && 0x391 <= first.code && first.code <= 0x3C9) {
      const auto bytes = first.bytes;
      has_symbol_ = true;
      const auto letter = text_.substr(std::exchange(at_, at_ + bytes), bytes);
      return fmt::format("<mi>{}</mi>", letter);
    }
    auto end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const auto word = text_.substr(at_, end - at_);
    const bool is_difference = word.size() == 2 && word[0] == 'd';
    const bool is_word = word.size() > 1 && !is_difference;
    const bool goes_on = end + 1 < text_.size() && text_[end] == ' ' && is_letter(text_[end + 1]);
    if (word.empty() || (is_word && (depth_ == 0 || goes_on))) return std::nullopt;
    auto digits = end;
    while (digits < text_.size() && is_digit(text_[digits])) ++digits;
    if (digits < text_.size() && is_letter(text_[digits])) return std::nullopt;
    at_ = digits, has_symbol_ = true;
    std::string out;
    if (word.size() == 2)
      out = fmt::format("<mi{}>{}</mi><mi>{}</mi>", is_difference ? " mathvariant=\"normal\"" : "", word[0], word[1]);
    else out = fmt::format("<mi>{}</mi>", word);
    if (digits > end) return fmt::format("<msub>{}<mn>{}</mn></msub>", row(out), text_.substr(end, digits - end));
    return out;
  }

  std::string_view text_;
  std::size_t at_;
  int depth_ = 0;
  bool says_something_ = false, has_symbol_ = false;
};

// A formula stands between blanks and signs that end words.
auto begins(std::string_view text, std::size_t at) -> bool {
  return at == 0 || std::string_view(" \n(\"").find(text[at - 1]) != std::string_view::npos;
}
auto ends(std::string_view text, std::size_t at) -> bool {
  if (at < text.size() && std::string_view(".,:;?!").find(text[at]) != std::string_view::npos) ++at;
  return at == text.size() || std::string_view(" \n)\"").find(text[at]) != std::string_view::npos;
}

}  // namespace

auto with_formulas(std::string_view text) -> std::string {
  std::string out;
  std::size_t from = 0;
  const auto put = [&](std::size_t at, std::size_t end, const std::string& html) {
    out += escaped(text.substr(from, at - from)) + html;
    from = end;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at < from) continue;
    if (text[at] == '`') {
      const auto end = text.find('`', at + 1);
      if (end == at + 1) at = end;
      if (end == std::string_view::npos || end == at) continue;
      put(at, end + 1, fmt::format("<code>{}</code>", escaped(text.substr(at + 1, end - at - 1))));
    } else if (begins(text, at)) {
      reader r(text, at);
      const auto formula = r.relation();
      if (!formula || !r.is_formula() || !ends(text, r.at())) continue;
      // No line begins with the sign behind a formula.
      const bool joined = r.at() < text.size() && text[r.at()] != ' ' && text[r.at()] != '\n';
      const auto math = fmt::format("<math>{}</math>", *formula);
      if (joined) put(at, r.at() + 1, fmt::format("<span class=\"formula\">{}{}</span>", math, escaped(text.substr(r.at(), 1))));
      else put(at, r.at(), math);
    }
  }
  return out + escaped(text.substr(from));
}

}  // namespace seegrad::nn::detail
