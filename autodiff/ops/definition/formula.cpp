#include <autodiff/ops/definition/formula.hpp>

#include <fmt/format.h>
#include <numbers>
#include <utility>
#include <vector>

namespace seegrad {

auto formula::number(double x) -> formula {
  // Constants that stand in paragraphs as numbers but that a reader knows by name.
  using namespace std::numbers;
  static constexpr std::pair<double, const char*> known[] = {
      {ln2, "ln 2"}, {log2e, "1/ln 2"},        {log10e, "1/ln 10"},
      {sqrt2, "√2"}, {2 * inv_sqrtpi, "2/√π"}, {0.39894228040143268, "1/√(2π)"}};
  for (const auto& [value, name] : known) {
    if (x == value) return {name, value == sqrt2 ? atom : product};
    if (x == -value) return {fmt::format("-{}", name), product};
  }
  return {x != x ? "undefined" : fmt::format("{}", x), x < 0 ? prefix : atom};
}

auto formula::call(std::string_view function, std::initializer_list<formula> arguments) -> formula {
  std::vector<std::string_view> texts;
  for (const auto& a : arguments) texts.push_back(a.text());
  return {fmt::format("{}({})", function, fmt::join(texts, ", ")), atom};
}

auto formula::infix(std::string_view sign, const formula& a, const formula& b) -> formula {
  const auto s = sign == "+" || sign == "-" ? sum : product;
  // The right side of a - or / needs brackets at equal strength too.
  const auto right = sign == "-" || sign == "/" ? static_cast<strength>(s + 1) : s;
  return {fmt::format("{} {} {}", a.inside(s), sign, b.inside(right)), s};
}

}  // namespace seegrad
