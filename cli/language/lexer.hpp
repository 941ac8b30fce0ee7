#pragma once
// From bytes to numbers, names and signs.
//
//   lexer words("u = b*c  # the product");
//   words.next();                              // the name u, and so on, and then for ever token_kind::end
//
// `**` is the sign ^, and the signs × · ÷ − of mathematical text are taken for * * / -. A comment runs from # to the end of its
// line. Throws a complaint at what is none of these.

#include <string_view>

#include "complaint.hpp"

namespace seegrad::cli {

enum class token_kind { number, name, sign, newline, end };

struct token {
  token_kind kind;
  char sign;  ///< one of + - * / ^ ( ) , = ;
  double number;
  place at;
};

class lexer {
 public:
  explicit lexer(std::string_view text);

  auto next() -> token;
  /// What `next` will give.
  auto peek() const -> const token& { return ahead_; }

 private:
  auto skip_blanks() -> void;
  auto read() -> token;
  auto number() -> token;
  auto name() -> token;
  auto sign() -> token;
  auto taken(token_kind kind, std::size_t bytes, char sign = 0, double number = 0) -> token;

  std::string_view text_;
  std::size_t at_ = 0;
  token ahead_;
};

}  // namespace seegrad::cli
