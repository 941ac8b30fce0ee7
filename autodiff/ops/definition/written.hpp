#pragma once
// A number type that writes down what is done to it.
//
// Instantiating a paragraph with it gives its text: tanh_op::d0(x, y) is "1 - y * y". What texts in all languages have in common stands
// here; a language says how it writes a number, a comparison, a choice: `formula` is for readers, `source` for compilers.

#include <algorithm>
#include <autodiff/ops/definition/number.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seegrad {

struct operation;

namespace detail {
using operation_set = std::vector<const operation*>;  // each once, in the order of the text

inline auto united(operation_set a, const operation_set& b) -> operation_set {
  for (const auto* op : b)
    if (std::find(a.begin(), a.end(), op) == a.end()) a.push_back(op);
  return a;
}
}  // namespace detail

template <class Language>
class written {
 public:
  /// How strongly a text holds together, from the weakest.
  enum strength { choice, sum, product, prefix, atom };

  /// What a comparison writes. It is no number: all that can be done with it is to choose by it.
  struct condition {
    std::string text;
    detail::operation_set calls;

    friend auto both(const condition& a, const condition& b) -> condition {
      return {a.text + std::string(Language::both) + b.text, detail::united(a.calls, b.calls)};
    }
    friend auto select(const condition& c, const written& yes, const written& no) -> written {
      return {Language::choice(c.text, yes.inside(sum), no.text()), choice,
              detail::united(c.calls, detail::united(yes.calls(), no.calls()))};
    }
  };

  written(arithmetic auto x) : written(Language::number(static_cast<double>(x))) {}
  written(std::string text, strength s = atom, detail::operation_set calls = {})
      : text_(std::move(text)), strength_(s), calls_(std::move(calls)) {}

  auto text() const -> const std::string& { return text_; }
  auto calls() const -> const detail::operation_set& { return calls_; }
  /// The text, in brackets if it holds together less than `at_least`.
  auto inside(strength at_least) const -> std::string { return strength_ < at_least ? "(" + text_ + ")" : text_; }

  /// `own` is the operation whose own function this is; null for one that the language has.
  static auto call(std::string_view function, std::initializer_list<written> arguments, const operation* own = nullptr)
      -> written {
    std::string text(function);
    detail::operation_set calls;
    for (const auto& a : arguments) {
      text += (&a == arguments.begin() ? "(" : ", ") + a.text();
      calls = detail::united(std::move(calls), a.calls());
    }
    if (own) calls = detail::united(std::move(calls), {own});
    return {text + ")", atom, std::move(calls)};
  }
  static auto infix(std::string_view sign, const written& a, const written& b) -> written {
    const auto s = sign == "+" || sign == "-" ? sum : product;
    // The right side of a - or / needs brackets at equal strength too, and of any where a different order is a different rounding.
    const bool apart = !Language::associative || sign == "-" || sign == "/";
    const auto right = apart ? static_cast<strength>(static_cast<int>(s) + 1) : s;
    return {a.inside(s) + " " + std::string(sign) + " " + b.inside(right), s, detail::united(a.calls(), b.calls())};
  }
  /// A minus before another would be a decrement.
  static auto negative(const written& x) -> written { return {"-" + x.inside(atom), prefix, x.calls()}; }

  friend auto operator<(const written& a, const written& b) -> condition { return compared(a, " < ", b); }
  friend auto operator>(const written& a, const written& b) -> condition { return compared(a, " > ", b); }
  friend auto operator<=(const written& a, const written& b) -> condition { return compared(a, " <= ", b); }
  friend auto operator>=(const written& a, const written& b) -> condition { return compared(a, " >= ", b); }
  friend auto operator==(const written& a, const written& b) -> condition { return compared(a, Language::equal, b); }

 private:
  static auto compared(const written& a, std::string_view sign, const written& b) -> condition {
    return {a.inside(sum) + std::string(sign) + b.inside(sum), detail::united(a.calls(), b.calls())};
  }

  std::string text_;
  strength strength_ = atom;
  detail::operation_set calls_;
};

}  // namespace seegrad
