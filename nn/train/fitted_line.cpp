#include <nn/train/fitted_line.hpp>

#include <algorithm>
#include <autodiff/array/system.hpp>
#include <autodiff/array/utf8.hpp>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace seegrad::nn::detail {
namespace {

constexpr int shortest_bar = 8, longest_bar = 24, blanks = 2;

auto columns(const std::vector<line_part>& parts) -> int {
  int n = 0;
  for (const auto& p : parts)
    n += (n > 0 ? blanks : 0) + (p.is_bar ? shortest_bar + 2 : static_cast<int>(seegrad::detail::characters(p.text)));
  return n;
}

auto first_characters(std::string_view text, int n) -> std::string {
  std::size_t at = 0;
  while (n-- > 0 && at < text.size()) at += seegrad::detail::character_at(text, at).bytes;
  return std::string(text.substr(0, at));
}

}  // namespace

auto fitted_line(std::vector<line_part> parts, int width) -> std::string {
  const auto by_rank = [](const line_part& a, const line_part& b) { return a.rank < b.rank; };
  while (parts.size() > 1 && columns(parts) > width) {
    const auto brief = std::find_if(parts.begin(), parts.end(), [](const line_part& p) { return !p.brief.empty(); });
    if (parts.size() == 2 && brief != parts.end()) brief->text = std::exchange(brief->brief, {});
    else parts.erase(std::max_element(parts.begin(), parts.end(), by_rank));
  }
  const auto room = std::min(longest_bar, shortest_bar + std::max(0, width - columns(parts)));
  std::string line;
  for (const auto& p : parts) {
    if (!line.empty()) line.append(blanks, ' ');
    if (!p.is_bar) {
      line += p.text;
      continue;
    }
    const auto full = std::clamp(static_cast<int>(room * p.share), 0, room);
    line +=
        '[' + std::string(static_cast<std::size_t>(full), '=') + std::string(static_cast<std::size_t>(room - full), '-') + ']';
  }
  return first_characters(line, std::max(0, width));
}

auto columns_of(std::FILE* file) -> int {
  if (const int said = seegrad::detail::terminal_columns(file); said > 0) return said;
  int n = 0;
  if (const char* const said = std::getenv("COLUMNS")) {
    const std::string_view text(said);
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (code != std::errc() || end != text.data() + text.size()) n = 0;
  }
  return n > 0 ? n : 80;
}

}  // namespace seegrad::nn::detail
