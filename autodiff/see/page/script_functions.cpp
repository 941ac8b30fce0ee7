#include <autodiff/see/page/script_functions.hpp>

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <regex>
#include <utility>

namespace seegrad::detail::see {
namespace {

/// The text of an operation in C++ is made of few words, which JavaScript has as well.
auto with_words_of_script(std::string text) -> std::string {
  static const std::array<std::pair<std::regex, const char*>, 12> words{{
      {std::regex(R"(std::numeric_limits<double>::infinity\(\))"), "Infinity"},
      {std::regex(R"(std::numeric_limits<double>::quiet_NaN\(\))"), "NaN"},
      {std::regex(R"(std::numeric_limits<double>::min\(\))"), "2.2250738585072014e-308"},
      {std::regex(R"(std::numeric_limits<double>::max\(\))"), "Number.MAX_VALUE"},
      {std::regex(R"(std::numeric_limits<double>::epsilon\(\))"), "Number.EPSILON"},
      {std::regex(R"(\bstd::(\w+)\()"), "m.$1("},
      {std::regex(R"(\b([A-Za-z_]\w*)_value\()"), "F.$1.value("},
      {std::regex(R"(\b(?:const|constexpr) double (\w+)\[\] = \{([^}]*)\})"), "const $1 = [$2]"},
      {std::regex(R"(\bfor \(const (?:double|auto) (\w+) : )"), "for (const $1 of "},
      {std::regex(R"(\b(?:const|constexpr) (?:double|auto|int|bool) )"), "const "},
      {std::regex(R"(\b(?:double|auto|int|bool) (?=\w+ =))"), "let "},
      {std::regex(R"(==(?!=))"), "==="},
  }};
  for (const auto& [word, other] : words) text = std::regex_replace(text, word, other);
  return std::regex_replace(text, std::regex("!=(?!=)"), "!==");
}

/// Where the bracket that is open before `from` is closed.
auto closing(const std::string& text, std::size_t from) -> std::size_t {
  int open = 1;
  for (; from < text.size(); ++from)
    if (text[from] == '{') ++open;
    else if (text[from] == '}' && --open == 0) return from;
  return std::string::npos;
}

/// [n](double t) { … } is ((t) => { … }).
auto with_arrows(std::string text) -> std::string {
  static const std::regex head(R"(\[\w*\]\(((?:double \w+(?:, )?)*)\) \{)");
  for (std::smatch found; std::regex_search(text, found, head);) {
    const auto at = static_cast<std::size_t>(found.position()), body = at + static_cast<std::size_t>(found.length());
    const auto end = closing(text, body);
    if (end == std::string::npos) return {};
    const auto parameters = std::regex_replace(found[1].str(), std::regex("double "), "");
    text =
        fmt::format("{}(({}) => {{{}}}){}", text.substr(0, at), parameters, text.substr(body, end - body), text.substr(end + 1));
  }
  return text;
}

/// Empty if something is left of C++.
auto body_of(const operation& op, int i) -> std::string {
  if (!op.cpp_body) return {};
  const auto text = with_words_of_script(with_arrows(fmt::format("{}", fmt::join(op.cpp_body(i), " "))));
  static const std::regex rest(R"(::|\b(?:double|auto|int|bool|float|static_cast|std)\b|\[[=&])");
  return std::regex_search(text, rest) ? std::string{} : text;
}

auto function_of(const operation& op, int i) -> std::string {
  static constexpr std::string_view parameters[][2] = {{"x", "x, y"}, {"a, b", "a, b, y"}, {"a, b, c", "a, b, c, y"}};
  const auto body = body_of(op, i);
  const auto& head = parameters[op.arity - 1][i >= 0];
  constexpr std::string_view only = "return ";
  const bool is_expression = body.starts_with(only) && body.find(';') == body.size() - 1;
  if (is_expression) return fmt::format("({}) => {}", head, body.substr(only.size(), body.size() - only.size() - 1));
  return fmt::format("({}) => {{ {} }}", head, body);
}

auto collect(const operation& op, std::map<std::string_view, const operation*>& all) -> bool {
  if (const auto [at, fresh] = all.emplace(op.name, &op); !fresh) return at->second == &op;
  static const std::regex name("[A-Za-z_]\\w*");
  if (!std::regex_match(op.name.begin(), op.name.end(), name) || op.arity < 1 || op.arity > max_arity) return false;
  for (int i = -1; i < op.arity; ++i) {
    if (body_of(op, i).empty()) return false;
    for (const auto* callee : op.cpp_calls(i))
      if (!collect(*callee, all)) return false;
  }
  return true;
}

}  // namespace

auto has_script(const operation& op) -> bool {
  std::map<std::string_view, const operation*> all;
  return op.cpp && collect(op, all);
}

auto script_functions(const std::set<const operation*>& ops) -> std::string {
  std::map<std::string_view, const operation*> all;
  for (const auto* op : ops) collect(*op, all);
  std::string text = "{";
  for (const auto& [name, op] : all) {
    text += fmt::format("\n{}: {{value: {}, slopes: [", name, function_of(*op, -1));
    for (int i = 0; i < op->arity; ++i) text += (i > 0 ? ", " : "") + function_of(*op, i);
    text += "]},";
  }
  return text + "\n}";
}

}  // namespace seegrad::detail::see
