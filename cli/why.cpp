#include "why.hpp"

#include <fmt/format.h>

#include "language/number_text.hpp"
#include "named_node.hpp"

namespace seegrad::cli {
namespace {

constexpr std::size_t most_ways = 8, most_steps = 12;

auto way_text(const contribution& c, const recording& r) -> std::string {
  std::string text;
  const auto n = c.way.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (n > most_steps && i == most_steps / 2) text += " → …", i = n - most_steps / 2;
    text += (i > 0 ? " → " : "") + r.label(c.way[i]);
  }
  return text;
}

}  // namespace

auto explain(std::string_view name, const recording& r) -> derivation {
  const auto x = named_node(name, r);
  const auto k = r.record().id(x.ref(), "why");
  return {std::string(name), k, r.record().adjoint(k), largest_contributions(r.output(), x, most_ways), why_zero(r.output(), x)};
}

auto text_of(const derivation& d, const recording& r, int digits) -> std::string {
  auto text = fmt::format("d{}/d{} = {}", r.output_name(), d.name, number_text(d.gradient, digits));
  if (d.ways.empty()) return text + "\n" + (d.zero ? d.zero.text() + "\n" : "");
  text += d.ways.size() == 1          ? ", by one way:\n"
          : d.ways.size() < most_ways ? fmt::format(", the sum over {} ways:\n", d.ways.size())
                                      : fmt::format(", of which the {} largest ways are:\n", d.ways.size());
  for (const auto& way : d.ways)
    text += fmt::format("  {:>12}  {:>3.0f} %  {}\n", number_text(way.amount, digits), 100 * way.share, way_text(way, r));
  return d.zero ? text + d.zero.text() + "\n" : text;
}

}  // namespace seegrad::cli
