#include "claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <autodiff/derive/reverse.hpp>
#include <cmath>

#include "language/number_text.hpp"
#include "language/utf8.hpp"
#include "named_node.hpp"

namespace seegrad::cli {

auto agrees(const given& said, double actual) -> bool {
  if (std::isnan(said.value) || std::isnan(actual)) return std::isnan(said.value) && std::isnan(actual);
  if (said.value == actual) return true;
  if (!std::isfinite(said.value) || !std::isfinite(actual)) return false;
  const auto exact = 1e-9 * std::max(std::abs(said.value), std::abs(actual));
  // Half a unit of the last digit, and a hair more, because 0.125 rounds to 0.13 but is not exactly between in binary.
  const auto rounding = said.decimals.value_or(0) > 0 ? 0.5 * std::pow(10.0, -*said.decimals) * (1 + 1e-9) : 0.0;
  return std::abs(said.value - actual) <= std::max(exact, rounding);
}

auto judge(const given& said, const recording& r) -> judged_claim {
  const auto& g = r.record();
  const auto k = g.id(named_node(said.name, r).ref(), "claim");
  const auto actual = g.adjoint(k);
  return {said, k, actual, agrees(said, actual)};
}

auto sentence(const judged_claim& c, const std::string& output, int digits) -> std::string {
  auto said = c.said.text.substr(c.said.text.find('=') + 1);
  said = shortened(said.substr(std::min(said.find_first_not_of(" \t"), said.size())), 40);
  auto actual = number_text(c.actual, digits);
  const auto what = fmt::format("d{}/d{}", output, c.said.name);
  if (c.right)
    return actual == said || c.said.value == c.actual ? fmt::format("{} = {}, as you say", what, said)
                                                      : fmt::format("{} = {}, as you say: it is {}", what, said, actual);
  // Digits enough to see the difference.
  if (actual == said || actual == number_text(c.said.value, digits)) actual = fmt::format("{}", c.actual);
  return fmt::format("you say {} = {}; it is {}", what, said, actual);
}

}  // namespace seegrad::cli
