#include "given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "evaluate.hpp"
#include "parser.hpp"
#include "utf8.hpp"

namespace seegrad::cli {
namespace {

auto decimals_of(std::string_view number) -> int {
  const auto power = number.find_first_of("eE");
  const auto digits = number.substr(0, power);
  const auto point = digits.find('.');
  const auto after = point == digits.npos ? 0 : static_cast<int>(std::min<std::size_t>(digits.size() - point - 1, 400));
  int exponent = 0;
  if (power != number.npos) {
    auto rest = number.substr(power + 1);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
  }
  return after - std::clamp(exponent, -400, 400);
}

// The one number of a statement such as `a = -0.5`, where it is that simple.
auto literal(const program& p) -> std::optional<place> {
  const bool negated = p.steps.size() == 2 && std::holds_alternative<const operation*>(p.steps[1].what);
  if (p.steps.size() != 1 && !negated) return std::nullopt;
  if (!std::holds_alternative<double>(p.steps[0].what)) return std::nullopt;
  return p.steps[0].text;
}

}  // namespace

auto parse_given(std::string_view text) -> given {
  const auto end = static_cast<std::uint32_t>(std::min(text.size(), longest_text));
  const auto sign = text.find('=');
  if (sign == text.npos)
    throw complaint({0, end},
                    fmt::format("'{}' is not of the form NAME=VALUE, as in a=7; an expression with blanks in it needs quotes",
                                shortened(text, 40)));
  if (text.find_first_not_of(" \t") == sign) throw complaint({0, 1}, "there is no name before '='; write NAME=VALUE, as in a=7");

  const auto p = parse(text);
  if (p.statements.size() != 1)
    throw complaint(p.statements[1].text, "one NAME=VALUE was expected here; write the next one as an argument of its own");
  const auto& s = p.statements.front();
  if (s.name.empty()) throw complaint({0, end}, fmt::format("'{}' is not of the form NAME=VALUE", shortened(text, 40)));
  if (find_constant(s.name))
    throw complaint(s.name_at, fmt::format("'{}' is a constant of the language; choose another name", s.name));

  const auto value_of = [&](name_index i, place at) -> scalar {
    const auto name = p.names[static_cast<std::size_t>(i)];
    if (const auto* c = find_constant(name)) return *c;
    throw complaint(
        at, fmt::format("'{}' has no value here: after '=' stands a number, or an expression of numbers such as pi/2", name));
  };
  given g{std::string(text), std::string(s.name), evaluate(p, s, value_of, [](auto&&...) {}).value(), std::nullopt};
  if (const auto number = literal(p)) g.decimals = decimals_of(number->of(text));
  return g;
}

auto is_given(std::string_view text) -> bool {
  try {
    parse_given(text);
    return true;
  } catch (const complaint&) {
    return false;
  }
}

}  // namespace seegrad::cli
