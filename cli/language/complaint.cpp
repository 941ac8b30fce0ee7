#include "complaint.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "utf8.hpp"

namespace seegrad::cli {
namespace {

// So much of a line is shown before the place and in all; a line can be as long as the whole text.
constexpr std::size_t most_before = 60, most_columns = 100;

auto is_continuation(char c) -> bool { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The beginning of the character before `at`, no further back than UTF-8 characters are long.
auto one_back(std::string_view text, std::size_t at) -> std::size_t {
  auto to = at - 1;
  for (int i = 0; i < 3 && to > 0 && is_continuation(text[to]); ++i) --to;
  return to + character_at(text, to).bytes == at ? to : at - 1;
}

struct excerpt {
  std::size_t begin, end;
  bool cut_before, cut_after;
};

auto around(std::string_view text, std::size_t at) -> excerpt {
  auto begin = at, end = at;
  std::size_t columns = 0;
  while (begin > 0 && text[begin - 1] != '\n' && columns < most_before) {
    const auto to = one_back(text, begin);
    columns += width(character_at(text, to).code);
    begin = to;
  }
  while (end < text.size() && text[end] != '\n' && columns < most_columns) {
    const auto c = character_at(text, end);
    columns += width(c.code);
    end += c.bytes;
  }
  return {begin, end, begin > 0 && text[begin - 1] != '\n', end < text.size() && text[end] != '\n'};
}

}  // namespace

auto explained(const complaint& what, std::string_view text, std::string_view file) -> std::string {
  const auto at = std::min<std::size_t>(what.where().begin, text.size());
  const auto e = around(text, at);
  const auto before = shown(text.substr(e.begin, at - e.begin));
  auto line = (e.cut_before ? "…" : "") + before + shown(text.substr(at, e.end - at));
  while (!line.empty() && line.back() == ' ') line.pop_back();

  const auto last = std::clamp<std::size_t>(what.where().end, at, e.end);
  const auto under = std::max<std::size_t>(1, width(shown(text.substr(at, last - at))));
  const auto indent = width(before) + (e.cut_before ? 1 : 0);

  const auto number = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  std::string origin;  // of the sentence
  if (!file.empty()) origin = fmt::format("{}, line {}: ", shown(file), number);
  else if (text.find('\n') != text.npos) origin = fmt::format("line {}: ", number);
  if (line.empty()) return fmt::format("{}{}\n", origin, what.what());
  return fmt::format("{}{}\n  {}{}\n  {:{}}^{:~<{}}\n", origin, what.what(), line, e.cut_after ? "…" : "", "", indent, "",
                     under - 1);
}

}  // namespace seegrad::cli
