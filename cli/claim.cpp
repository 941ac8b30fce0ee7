#include "claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/see/claim.hpp>

#include "language/number_text.hpp"
#include "language/utf8.hpp"
#include "named_node.hpp"

namespace seegrad::cli {

auto agrees(const given& said, double actual) -> bool {
  return detail::see::agrees(said.value, static_cast<int>(said.decimals.value_or(0)), actual);
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
