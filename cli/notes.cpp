#include "notes.hpp"

#include <autodiff/derive/evaluate.hpp>
#include <fmt/format.h>

#include <cmath>

#include "language/number_text.hpp"
#include "language/parser.hpp"
#include "language/utf8.hpp"

namespace seegrad::cli {
namespace {

auto text_of(const recording& r, place p) -> std::string { return shortened(p.of(r.program_text()), 40); }

auto operand_values(const recording::birth& b, int digits) -> std::string {
  std::string out;
  for (int i = 0; i < b.op->arity; ++i) out += (i ? ", " : "") + number_text(b.operands[static_cast<std::size_t>(i)], digits);
  return out;
}

auto on_values(const recording& r, int digits) -> std::string {
  const auto& b = *r.first_not_finite();
  const auto value = number_text(b.value, digits);
  const auto beginning = fmt::format("the first value that is not a finite number is '{}' = {}: ", text_of(r, b.text), value);
  if (b.op->name == "div" && b.operands[1] == 0) return beginning + "division by zero";
  const auto& d = b.op->domain;
  for (int i = 0; i < b.op->arity; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (b.operands[at] < d[at].low || b.operands[at] > d[at].high)
      return beginning + fmt::format("{} of {} is not defined", b.op->name, operand_values(b, digits));
  }
  return beginning + fmt::format("{} of {}", b.op->name, operand_values(b, digits));
}

// The last node, going back from the output, whose own gradient is finite but one of whose local derivatives is not.
auto on_gradients(const recording& r, int digits) -> std::string {
  const auto& g = r.record();
  for (auto k = static_cast<node_id>(g.size()); k-- > 0;) {
    const auto* op = g.op(k);
    if (!op || g.adjoint(k) == 0 || !std::isfinite(g.adjoint(k)) || !std::isfinite(g.value(k))) continue;
    const auto operands = g.operands(k);
    const detail::node_of_numbers node(g, k);
    for (int i = 0; i < op->arity; ++i) {
      if (g.is_constant(operands[i])) continue;
      const auto d = node.partial(i);
      if (!std::isfinite(d * g.adjoint(k)))
        return fmt::format("the first derivative that is not a finite number is that of '{}' by {} at {}: {}",
                           written_out(r, k, digits), r.label(operands[i]), number_text(g.value(operands[i]), digits),
                           number_text(d, digits));
    }
  }
  return {};
}

}  // namespace

auto written_out(const recording& r, node_id k, int digits) -> std::string {
  const auto& g = r.record();
  const auto* op = g.op(k);
  if (!op) return g.is_input(k) ? "input" : "constant";
  const auto operands = g.operands(k);
  const auto [sign, strength] = notation_of(*op);
  if (strength && op->arity == 1) return sign + r.label_inside(operands[0], digits);
  if (strength) return fmt::format("{} {} {}", r.label_inside(operands[0], digits), sign, r.label_inside(operands[1], digits));
  // Between commas nothing needs brackets.
  const auto argument = [&](node_id o) { return g.is_constant(o) ? number_text(g.value(o), digits) : r.label(o); };
  std::string list;
  for (int i = 0; i < op->arity; ++i) list += (i ? ", " : "") + argument(operands[i]);
  return fmt::format("{}({})", op->name, list);
}

auto notes_on(const recording& r, int digits) -> std::vector<std::string> {
  std::vector<std::string> out;
  if (r.first_not_finite()) out.push_back(on_values(r, digits));
  if (const auto s = on_gradients(r, digits); !s.empty()) out.push_back(s);
  return out;
}

}  // namespace seegrad::cli
