#pragma once
// A number type that writes down what is done to it.
//
// Instantiating a paragraph with it gives its text: tanh_op::d0(x, y) is "1 - y * y". What texts in all languages have in common stands
// here; a language says how it writes a number, a comparison, a choice: `formula` is for readers, `cpp_source` for compilers.

#include <autodiff/ops/definition/number.hpp>
#include <autodiff/ops/definition/passage.hpp>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace seegrad {

template <class Language>
class written {
  using part = passage::part;

 public:
  /// What a comparison writes. It is no number: all that can be done with it is to choose by it.
  class condition {
   public:
    explicit condition(std::vector<part> parts)
        : passage_(std::make_shared<passage>(passage{std::move(parts), strength::choice, nullptr, true})) {}

    friend auto both(const condition& a, const condition& b) -> condition {
      return condition({a.inside(), part{std::string(Language::both)}, b.inside()});
    }
    friend auto select(const condition& c, const written& yes, const written& no) -> written {
      auto first = yes.inside(strength::sum), second = no.inside(strength::choice);
      first.perhaps = second.perhaps = true;
      return written(passage{Language::choice(c.inside(), first, second), strength::choice});
    }

   private:
    auto inside() const -> part { return {{}, passage_}; }

    std::shared_ptr<const passage> passage_;
  };

  written(arithmetic auto x) : written(Language::number(static_cast<double>(x))) {}
  written(const std::string& text, strength s = strength::atom) : written(passage{{words(text)}, s}) {}
  explicit written(passage p) : passage_(std::make_shared<passage>(std::move(p))) {}

  auto text() const -> std::string { return passage_->text(); }
  auto as_passage() const -> const passage& { return *passage_; }
  /// As part of another text, in brackets if it is weaker than `at_least`.
  auto inside(strength at_least) const -> part { return {{}, passage_, at_least}; }

  /// `own` is the operation whose own function this is; null for one that the language has.
  static auto call(std::string_view function, std::initializer_list<written> arguments, const operation* own = nullptr)
      -> written {
    std::vector<part> parts{words(function), words("(")};
    for (const auto& a : arguments) {
      if (&a != arguments.begin()) parts.push_back(words(", "));
      parts.push_back(a.inside(strength::choice));
    }
    parts.push_back(words(")"));
    return written(passage{std::move(parts), strength::atom, own});
  }
  static auto infix(std::string_view sign, const written& a, const written& b) -> written {
    const auto s = sign == "+" || sign == "-" ? strength::sum : strength::product;
    // The right side of a - or / needs brackets at equal strength too, and of any where a different order is a different rounding.
    const bool apart = !Language::associative || sign == "-" || sign == "/";
    const auto right = apart ? static_cast<strength>(static_cast<int>(s) + 1) : s;
    return written(passage{{a.inside(s), words(" "), words(sign), words(" "), b.inside(right)}, s});
  }
  /// A minus before another would be a decrement.
  static auto negative(const written& x) -> written {
    return written(passage{{words("-"), x.inside(strength::atom)}, strength::prefix});
  }

  friend auto operator<(const written& a, const written& b) -> condition { return compared(a, " < ", b); }
  friend auto operator>(const written& a, const written& b) -> condition { return compared(a, " > ", b); }
  friend auto operator<=(const written& a, const written& b) -> condition { return compared(a, " <= ", b); }
  friend auto operator>=(const written& a, const written& b) -> condition { return compared(a, " >= ", b); }
  friend auto operator==(const written& a, const written& b) -> condition { return compared(a, Language::equal, b); }

 private:
  static auto words(std::string_view text) -> part { return {std::string(text)}; }
  static auto compared(const written& a, std::string_view sign, const written& b) -> condition {
    return condition({a.inside(strength::sum), words(sign), b.inside(strength::sum)});
  }

  std::shared_ptr<const passage> passage_;
};

}  // namespace seegrad
