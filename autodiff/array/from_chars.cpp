#include <autodiff/array/from_chars.hpp>

#include <algorithm>
#include <cctype>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>

namespace seegrad::detail {
namespace {

auto is_digit(char c) -> bool { return '0' <= c && c <= '9'; }

// How long the number is that a text begins with, without a sign; 0 if there is none.
auto length_of_number(std::string_view text) -> std::size_t {
  std::size_t at = 0, digits = 0;
  const auto pass_digits = [&] {
    for (; at < text.size() && is_digit(text[at]); ++at) ++digits;
  };
  pass_digits();
  if (at < text.size() && text[at] == '.') ++at, pass_digits();
  if (digits == 0) return 0;
  const auto before = at, digits_before = digits;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    pass_digits();
    if (digits == digits_before) at = before;
  }
  return at;
}

auto begins_with(std::string_view text, std::string_view word) -> bool {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char w, char c) {
           return w == static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
         });
}

}  // namespace

auto from_chars_by_stream(const char* begin, const char* end, double& x) -> std::from_chars_result {
  std::string_view text(begin, static_cast<std::size_t>(end - begin));
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative);
  const auto give = [&](double value, std::size_t length) {
    x = negative ? -value : value;
    return std::from_chars_result{text.data() + length, std::errc()};
  };
  if (begins_with(text, "infinity")) return give(std::numeric_limits<double>::infinity(), 8);
  if (begins_with(text, "inf")) return give(std::numeric_limits<double>::infinity(), 3);
  if (begins_with(text, "nan")) return give(std::numeric_limits<double>::quiet_NaN(), 3);
  const auto length = length_of_number(text);
  if (length == 0) return {begin, std::errc::invalid_argument};
  std::istringstream in{std::string(text.substr(0, length))};
  in.imbue(std::locale::classic());
  double value = 0;
  in >> value;
  const bool is_zero =
      std::none_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find_first_of("eE"), length)),
                   [](char c) { return '1' <= c && c <= '9'; });
  if (in.fail() || (value == 0 && !is_zero)) return {text.data() + length, std::errc::result_out_of_range};
  return give(value, length);
}

}  // namespace seegrad::detail
