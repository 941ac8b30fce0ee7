#include <autodiff/derive/evaluate.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/see/examine.hpp>

namespace seegrad::nn::detail {
namespace {

using mood = examination::mood;

auto is_finite(const array& x) -> bool { return !x.is_floating() || all(isfinite(x)); }
auto has_nan(const array& x) -> bool { return x.is_floating() && any(isnan(x)); }
auto has_plus_infinity(const array& x) -> bool { return any(x == HUGE_VAL); }

auto describe(const array& x) -> std::string {
  const auto bad = x.size() - count_nonzero(isfinite(x));
  const auto what = has_nan(x) ? "NaN" : has_plus_infinity(x) ? "inf" : "-inf";
  return x.size() == 1 ? fmt::format("{}", what) : fmt::format("{} in {} of {} numbers", what, bad, x.size());
}

// A row that is -inf everywhere, which a mask that forbids all leaves, has shares of 0: of a row that is padding altogether nothing else is
// expected.
auto masked_rows(examination& e, node_id k) -> void {
  const auto x = e.value(e.g.operands(k)[0]), y = e.value(k);
  if (is_finite(x) || y.rank() == 0) return;
  const auto axis =
      seegrad::detail::axis_of(*static_cast<const index_t*>(e.g.tensor_node_at(k).parameters.get()), y.rank(), "diagnose");
  const auto rows = max(x, {axis}) == -HUGE_VAL;
  if (const auto n = count_nonzero(rows); n > 0)
    e.say(mood::plain, k, fmt::format("{} of {} rows are masked altogether", n, rows.size()));
}

// From a loss that is not finite back through what is not: a NaN is born where no operand has one, an infinity where all operands are finite.
// Whatever is not finite elsewhere gets no further: a mask before its softmax, the side of a `where` that is not taken.
auto of_value(examination& e) -> void {
  std::vector<char> sick(std::size_t{e.y} + 1);
  sick[e.y] = 1;
  std::vector<node_id> born;
  for (node_id k = e.y + 1; k-- > 0;) {
    if (!sick[k]) continue;
    bool from_nan = false, from_any = false;
    for (const auto o : e.g.operands(k)) {
      const auto x = e.value(o);
      if (is_finite(x)) continue;
      sick[o] = 1, from_any = true;
      from_nan |= has_nan(x);
    }
    if (has_nan(e.value(k)) ? !from_nan : !from_any) born.push_back(k);
  }
  for (const auto k : born) {
    const auto x = e.value(k);
    if (e.g.is_input(k)) e.say(mood::bad, k, fmt::format("the weights are not finite: {}", describe(x)));
    else if (!e.g.op(k)) e.say(mood::bad, k, fmt::format("the data are not finite: {}", describe(x)));
    else e.say(mood::bad, k, fmt::format("{} gives {}, and the loss is not finite", e.g.op(k)->name, describe(x)));
  }
}

// The loss is finite: from gradients of trained numbers that are not, towards the loss, as far as they are not finite.
auto of_gradient(examination& e) -> void {
  std::vector<char> sick(std::size_t{e.y} + 1);
  for (node_id k = 0; k <= e.y; ++k) {
    if (!e.reached(k) || e.g.is_constant(k)) continue;
    bool follows = e.g.is_input(k);
    for (const auto o : e.g.operands(k)) follows |= sick[o] != 0;
    const auto g = follows ? e.gradient(k) : array();
    sick[k] = !g.is_null() && !is_finite(g);
  }
  for (node_id k = 0; k <= e.y; ++k) {
    if (!sick[k]) continue;
    bool handed_on = false;
    for (const auto u : e.users(k)) handed_on |= sick[u] != 0;
    if (handed_on) continue;
    auto maker = k;
    for (const auto u : e.users(k)) {
      const auto g = e.gradient(u);
      if (g.is_null()) continue;
      seegrad::detail::node_of_arrays(e.g, u).each_vjp(e.value(u), g, [&](int, node_id o, const array& piece) {
        if (o == k && !is_finite(piece)) maker = u;
      });
    }
    const auto name = e.g.op(maker) ? fmt::format("of {} ", e.g.op(maker)->name) : std::string();
    e.say(mood::bad, maker,
          fmt::format("the derivative {}is not finite, and so is the gradient: {}", name, describe(e.gradient(k))));
  }
}

}  // namespace

auto find_not_finite(examination& e) -> void {
  if (!is_finite(e.value(e.y))) of_value(e);
  else of_gradient(e);
  for (node_id k = 0; k <= e.y; ++k)
    if (e.reached(k) && e.is_op(k, "softmax") && e.g.is_tensor(k)) masked_rows(e, k);
  // What this batch does not use, another will.
  for (node_id k = 0; k <= e.y; ++k)
    if (is_finite(e.value(e.y)) && e.reached(k) && e.g.is_input(k) && has_nan(e.value(k)))
      e.say(mood::bad, k, fmt::format("the weights are not finite: {}", describe(e.value(k))));
}

}  // namespace seegrad::nn::detail
