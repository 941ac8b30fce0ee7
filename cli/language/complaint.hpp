#pragma once
// What is wrong with a text, and where.
//
//   throw complaint({9, 10}, "unknown name 'd'; give it a value, as in d=1");
//
// is shown, together with the text it is about, as
//
//   seegrad: unknown name 'd'; give it a value, as in d=1
//     3*(a + b*d)
//              ^

#include <autodiff/array/error.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::cli {

/// Bytes of a text, from `begin` to before `end`.
struct place {
  std::uint32_t begin = 0, end = 0;

  auto of(std::string_view text) const -> std::string_view { return text.substr(begin, end - begin); }
  auto operator==(const place&) const -> bool = default;
};

/// Thrown where the place is known, and explained where the text is.
class complaint : public error {
 public:
  complaint(place where, const std::string& sentence) : error(sentence), where_(where) {}
  auto where() const -> place { return where_; }

 private:
  place where_;
};

/// The sentence, the line it is about, and a caret under the place. `file` is where the text came from; empty for the command
/// line. Whatever the bytes of the text are, what comes back is UTF-8 without control characters, and its lines are not long.
auto explained(const complaint& what, std::string_view text, std::string_view file = {}) -> std::string;

}  // namespace seegrad::cli
