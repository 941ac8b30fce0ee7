#include <autodiff/see/repeat.hpp>

#include <algorithm>

namespace seegrad::detail::see {
namespace {

auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }

// f(part, whether it is a number that stands between a dot and a dot, a space or the end), for all parts of the name.
template <class F>
auto each_part(std::string_view name, F f) -> void {
  while (!name.empty()) {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return f(name, false);
    f(name.substr(0, dot + 1), false);
    name.remove_prefix(dot + 1);
    const auto digits = static_cast<std::size_t>(std::find_if_not(name.begin(), name.end(), is_digit) - name.begin());
    const bool ends = digits == name.size() || name[digits] == '.' || name[digits] == ' ';
    if (digits == 0 || !ends) continue;
    f(name.substr(0, digits), true);
    name.remove_prefix(digits);
  }
}

}  // namespace

auto list_pattern(std::string_view name) -> std::string {
  std::string out;
  each_part(name, [&](std::string_view part, bool number) { out += number ? std::string_view("#") : part; });
  return out;
}

auto list_name(std::string_view first, std::string_view last) -> std::string {
  if (first == last || list_pattern(first) != list_pattern(last)) return std::string(first);
  std::string out;
  // What differs is a number at the same place of both.
  std::string_view rest = last;
  each_part(first, [&](std::string_view part, bool number) {
    if (!number) {
      out += part, rest.remove_prefix(part.size());
      return;
    }
    const auto digits = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
    const auto other = rest.substr(0, digits);
    out += part;
    if (other != part) out += "–", out += other;
    rest.remove_prefix(digits);
  });
  return out;
}

}  // namespace seegrad::detail::see
