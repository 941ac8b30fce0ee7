#include <autodiff/see/claim.hpp>

#include <algorithm>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>
#include <string>

namespace seegrad::detail::see {
namespace {

/// Those of the shortest text that is the number: 2 of 0.13.
auto decimals_of(double x) -> int {
  const auto text = fmt::format("{}", x);
  const auto point = text.find('.');
  if (point == std::string::npos || text.find('e') != std::string::npos) return 0;
  const auto count = text.size() - point - 1;
  return count == 1 && text.back() == '0' ? 0 : static_cast<int>(count);
}

}  // namespace

auto agrees(double said, double actual) -> bool { return agrees(said, decimals_of(said), actual); }

auto agrees(double said, int decimals, double actual) -> bool {
  if (std::isnan(said) || std::isnan(actual)) return std::isnan(said) && std::isnan(actual);
  if (said == actual) return true;
  if (!std::isfinite(said) || !std::isfinite(actual)) return false;
  const auto exact = 1e-9 * std::max(std::abs(said), std::abs(actual));
  // Half a unit of the last digit, and a hair more, as 0.125 is rounded to 0.13.
  const auto rounded = decimals > 0 ? 0.5 * std::pow(10.0, -decimals) * (1 + 1e-9) : 0;
  return std::abs(said - actual) <= std::max(exact, rounded);
}

auto notes_with_claims(const graph& g, const picture_options& options) -> annotations {
  auto notes = options.notes;
  for (const auto& [k, said] : options.claims) {
    if (k >= g.size())
      throw error(fmt::format("picture: a claim is about node {}, but the graph has only {} nodes", k, g.size()));
    if (g.is_tensor(k)) throw error(fmt::format("picture: a claim is about node {}, an array; claims are of numbers", k));
    std::string number;
    put_exact(number, said);
    const bool known = g.state(k) == adjoint_state::number, absent = g.state(k) == adjoint_state::structural_zero;
    using mood = annotation::mood;
    const auto how = !known && !absent ? mood::plain : agrees(said, known ? g.adjoint(k) : 0) ? mood::good : mood::bad;
    auto& note = notes.try_emplace(k, annotation{{}, mood::plain}).first->second;
    note.text += (note.text.empty() ? "you say " : "; you say ") + number;
    if (note.how == mood::plain || how == mood::bad) note.how = how;
  }
  return notes;
}

}  // namespace seegrad::detail::see
