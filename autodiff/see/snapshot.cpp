#include <autodiff/see/snapshot.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto signed_text(double x, int digits) -> std::string { return (x > 0 ? "+" : "") + detail::see::number_text(x, digits); }

auto same(double a, double b) -> bool { return a == b || (std::isnan(a) && std::isnan(b)); }

auto number_change(std::string_view what, double was, double is, int digits) -> std::string {
  if (same(was, is)) return {};
  const auto by = std::isfinite(is - was) ? fmt::format(" ({})", signed_text(is - was, digits)) : "";
  return fmt::format("{} was {}{}", what, detail::see::number_text(was, digits), by);
}

auto array_change(std::string_view what, const array& was, const array& is, int digits) -> std::string {
  if (was.is_null() || is.is_null()) return {};
  const auto difference = detail::see::norm_of(detail::compute_pointwise(*find_operation("sub"), std::vector{is, was})),
             size = detail::see::norm_of(was);
  if (difference == 0) return {};
  if (!(size > 0) || !std::isfinite(difference / size))
    return fmt::format("{} changed by norm {}", what, detail::see::number_text(difference, digits));
  return fmt::format("{} changed by {} %", what, detail::see::number_text(100 * difference / size, std::min(digits, 2)));
}

}  // namespace

graph_snapshot::graph_snapshot(const graph& g) {
  numbers_.reserve(g.size());
  for (node_id k = 0; k < g.size(); ++k) {
    entry e{g.op(k), g.is_leaf(k), g.swept(k), g.state(k), 0, 0, {}, {}, {}};
    if (g.is_tensor(k)) e.whole = g.array_value(k), e.adjoint = g.array_adjoint(k);
    else e.value = g.value(k), e.gradient = g.adjoint(k);
    if (!e.is_leaf)
      for (auto o : g.operands(k)) e.operands.push_back(o);
    numbers_.push_back(std::move(e));
  }
}

auto graph_snapshot::expect_same_program(const graph& g) const -> void {
  for (node_id k = 0; k < std::min<std::size_t>(size(), g.size()); ++k) {
    const auto& e = numbers_[k];
    bool same = e.op == g.op(k) && e.is_leaf == g.is_leaf(k) && e.whole.is_null() != g.is_tensor(k);
    if (same && !e.whole.is_null())
      same = e.whole.shape() == g.array_value(k).shape() && e.whole.type() == g.array_value(k).type();
    if (same && !e.is_leaf) {
      const auto operands = g.operands(k);
      same = static_cast<std::size_t>(operands.size()) == e.operands.size();
      for (int i = 0; same && i < operands.size(); ++i) same = operands[i] == e.operands[static_cast<std::size_t>(i)];
    }
    if (!same)
      throw error(fmt::format("snapshot: node {} is {}, and was {}; two states of one program can be compared", k,
                              g.op(k) ? g.op(k)->name : "an input or a constant", e.op ? e.op->name : "an input or a constant"));
  }
}

auto graph_snapshot::change(const graph& g, node_id k, int digits) const -> std::string {
  if (k >= size()) return {};
  const auto& e = numbers_[k];
  const bool both = e.state == adjoint_state::number && g.state(k) == adjoint_state::number;
  std::string value, gradient;
  if (g.is_tensor(k)) {
    value = array_change("value", e.whole, g.array_value(k), digits);
    if (both) gradient = array_change("grad", e.adjoint, g.array_adjoint(k), digits);
  } else {
    value = number_change("value", e.value, g.value(k), digits);
    if (both) gradient = number_change("grad", e.gradient, g.adjoint(k), digits);
  }
  return value.empty() || gradient.empty() ? value + gradient : value + ", " + gradient;
}

}  // namespace seegrad
