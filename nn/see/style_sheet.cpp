#include <nn/see/style_sheet.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <fmt/format.h>

namespace seegrad::nn::detail {
namespace {

[[noreturn]] auto refuse(std::string_view what) -> void {
  throw error(fmt::format("figure: the SVG has a style sheet with '{}', which is no colour; take it out",
                          seegrad::detail::plotting::shortened(seegrad::detail::plotting::clean_utf8(what), 60)));
}

auto trimmed(std::string_view s) -> std::string_view {
  constexpr std::string_view blank = " \t\r\n";
  const auto begin = s.find_first_not_of(blank);
  return begin == std::string_view::npos ? std::string_view() : s.substr(begin, s.find_last_not_of(blank) - begin + 1);
}

auto is_of(std::string_view s, std::string_view signs) -> bool {
  return std::all_of(s.begin(), s.end(), [&](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || signs.find(c) != std::string_view::npos;
  });
}

// A list of selectors, each of which is to be below the scope; a comma in brackets parts none.
auto scoped_selectors(std::string_view list, std::string_view scope) -> std::string {
  if (list.empty() || !is_of(list, " \t\r\n.#:()[]=\"'~_-,>*%")) refuse(list);
  std::string out;
  int depth = 0;
  for (std::size_t at = 0, from = 0; at <= list.size(); ++at) {
    if (at < list.size() && (list[at] == '(' || list[at] == '[')) ++depth;
    if (at < list.size() && (list[at] == ')' || list[at] == ']')) --depth;
    if (at < list.size() && (list[at] != ',' || depth > 0)) continue;
    const auto one = trimmed(list.substr(from, at - from));
    if (one.empty() || depth != 0) refuse(list);
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", scope, one);
    from = at + 1;
  }
  return out;
}

auto declarations(std::string_view all) -> std::string {
  constexpr std::string_view known[] = {"fill", "stroke", "color", "stop-color", "filter", "fill-opacity", "stroke-opacity"};
  std::string out;
  while (!trimmed(all).empty()) {
    const auto end = std::min(all.find(';'), all.size());
    const auto one = trimmed(all.substr(0, end));
    all.remove_prefix(std::min(all.size(), end + 1));
    const auto colon = std::min(one.find(':'), one.size());
    const auto name = trimmed(one.substr(0, colon)), value = trimmed(one.substr(std::min(one.size(), colon + 1)));
    std::string lower(value);
    for (char& c : lower) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool is_colour = std::find(std::begin(known), std::end(known), name) != std::end(known) && !value.empty() &&
                           is_of(value, " #.,%()-") && lower.find("url") == std::string::npos;
    if (!is_colour) refuse(one);
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", name, value);
  }
  return out;
}

auto scoped_rules(std::string_view sheet, std::string_view scope) -> std::string {
  std::string out;
  for (sheet = trimmed(sheet); !sheet.empty(); sheet = trimmed(sheet)) {
    const auto open = sheet.find('{'), close = sheet.find('}');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) refuse(sheet);
    out += fmt::format("{} {{ {} }}\n", scoped_selectors(trimmed(sheet.substr(0, open)), scope),
                       declarations(sheet.substr(open + 1, close - open - 1)));
    sheet.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

auto scoped_style(std::string_view sheet, std::string_view scope) -> std::string {
  constexpr std::string_view dark = "@media (prefers-color-scheme: dark)";
  std::string out;
  auto at = sheet.find(dark);
  while (at != std::string_view::npos) {
    out += scoped_rules(sheet.substr(0, at), scope);
    sheet.remove_prefix(at);
    // The block ends at the first } that closes more than it opens.
    const auto open = sheet.find('{');
    auto close = open;
    for (int depth = 0; close < sheet.size(); ++close) {
      if (sheet[close] == '{') ++depth;
      if (sheet[close] == '}' && --depth == 0) break;
    }
    if (close >= sheet.size() || !trimmed(sheet.substr(dark.size(), open - dark.size())).empty()) refuse(sheet);
    out += fmt::format("{} {{\n{}}}\n", dark, scoped_rules(sheet.substr(open + 1, close - open - 1), scope));
    sheet.remove_prefix(close + 1);
    at = sheet.find(dark);
  }
  return out + scoped_rules(sheet, scope);
}

}  // namespace seegrad::nn::detail
