#include <autodiff/derive/rounding.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/node_text.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad {
namespace {

constexpr double unit = std::numeric_limits<double>::epsilon() / 2, most_digits = 15.954589770191003;  // -log10(unit)

// What a + b loses (D. E. Knuth, The Art of Computer Programming, volume 2).
auto lost_by_sum(double a, double b, double y) -> double {
  const double from_b = y - a;
  return (a - (y - from_b)) + (b - from_b);
}

/// Whether the result is not rounded. Where a product or quotient is below what a rest can be held in, it is taken to be.
auto is_exact(const operation& op, const double* x, double y) -> bool {
  const auto is = [&](std::string_view name) { return op.name == name; };
  if (y == 0 || !std::isfinite(y)) return true;
  if (is("add")) return lost_by_sum(x[0], x[1], y) == 0;
  if (is("sub")) return lost_by_sum(x[0], -x[1], y) == 0;
  constexpr double smallest = 0x1p-960;
  const bool has_rest = std::abs(y) > smallest;
  if (is("mul") || is("strong_mul")) return has_rest && std::fma(x[0], x[1], -y) == 0;
  if (is("square")) return has_rest && std::fma(x[0], x[0], -y) == 0;
  if (is("div")) return std::abs(x[0]) > smallest && std::fma(y, x[1], -x[0]) == 0;
  if (is("sqrt")) return std::abs(x[0]) > smallest && std::fma(y, y, -x[0]) == 0;
  // A choice or a step: it moves with one operand or with none. A function that is flat there, such as tanh far out, is right to a unit.
  int moving = -1;
  for (int i = 0; i < op.arity; ++i)
    if (const double slope = op.partial(i, x, y); slope != 0) {
      if (moving >= 0 || std::abs(slope) != 1) return false;
      moving = i;
    }
  return moving < 0 || std::abs(x[moving]) == std::abs(y);
}

class estimate {
 public:
  estimate(const graph& g, node_id y, const adjoints& a) : g_(g), adjoints_(a) {
    for (node_id k = 0; k <= y; ++k) {
      if (g.is_leaf(k) || a.state(k) != adjoint_state::number) continue;
      const double cost = g.is_tensor_node(k) ? of_arrays(k) : of_numbers(k);
      if (cost == 0) continue;
      r_.error += cost;
      r_.costs.push_back({k, {}, cost});
    }
    std::ranges::stable_sort(r_.costs, std::greater{}, &rounding_report::cost::error);
  }

  auto report(double value) -> rounding_report {
    r_.value = value;
    if (!std::isfinite(value)) r_.error = std::numeric_limits<double>::quiet_NaN();
    r_.digits = std::isnan(r_.error)             ? 0
                : r_.error == 0                  ? most_digits
                : r_.error >= std::abs(r_.value) ? 0
                                                 : std::min(most_digits, std::log10(std::abs(r_.value) / r_.error));
    for (auto& c : r_.costs) c.name = detail::operation_text(g_, c.node);
    note();
    return std::move(r_);
  }

 private:
  auto of_numbers(node_id k) const -> double {
    const auto& op = *g_.op(k);
    double x[max_arity];
    const auto operands = g_.operands(k);
    for (int i = 0; i < op.arity; ++i) x[i] = g_.value(operands[i]);
    const double y = g_.value(k), slope = adjoints_.number(k);
    return slope == 0 || is_exact(op, x, y) ? 0 : std::abs(slope * y) * unit;
  }

  auto of_arrays(node_id k) const -> double {
    const auto& op = *g_.op(k);
    if (op.rule->sparsity == sparsity_kind::moves) return 0;
    const auto value = g_.array_value(k);
    if (!value.is_floating()) return 0;
    const auto adjoint = g_.is_tensor(k) ? adjoints_.whole(k) : array(adjoints_.number(k));
    const auto size = sizes_of_terms(op, k, value).cast(float64), weight = adjoint.cast(float64);
    const auto s = size.to_vector<double>(), w = weight.to_vector<double>();
    double sum = 0;
    for (std::size_t i = 0; i < s.size(); ++i)
      if (w[i] != 0) sum += std::abs(w[i] * s[i]);
    const double u = value.type() == float32 ? static_cast<double>(std::numeric_limits<float>::epsilon()) / 2 : unit;
    return sum * u;
  }

  // Of an operation that is linear in each operand, or affine as that of a layer, the same of the sizes of the operands.
  auto sizes_of_terms(const operation& op, node_id k, const array& value) const -> array {
    if (!op.is_structural() || !(op.rule->linear || op.name == "linear")) return value;
    const auto operands = g_.operands(k);
    std::vector<array> sizes;
    static const auto& size = *find_operation("abs");
    for (auto o : operands) {
      const auto x = g_.array_value(o);
      sizes.push_back(x.is_floating() ? detail::compute_pointwise(size, std::vector{x}) : x);
    }
    return detail::node_of_arrays(g_, k, sizes).value();
  }

  auto note() -> void {
    if (std::isnan(r_.error)) {
      r_.words = "ROUNDING: the value or an adjoint is not finite, so that nothing can be said.";
      return;
    }
    r_.words =
        fmt::format("ROUNDING: {:.1f} digits of {:.6g} are good: it can be wrong by {:.2g}.", r_.digits, r_.value, r_.error);
    if (r_.costs.empty()) return;
    constexpr std::size_t most_told = 3;
    for (std::size_t i = 0; i < std::min(most_told, r_.costs.size()); ++i)
      r_.words += fmt::format("{} {} {:.2g} ({:.0f} %)", i == 0 ? " Of that" : ",", r_.costs[i].name, r_.costs[i].error,
                              100 * r_.costs[i].error / r_.error);
    r_.words += r_.costs.size() > most_told ? fmt::format(", and {} more.", r_.costs.size() - most_told) : ".";
    const bool is_bad = r_.digits < 4;
    for (const auto& c : r_.costs)
      if (c.error >= r_.error / 100)
        r_.notes[c.node] = {fmt::format("rounding: {:.2g} of the result, {:.0f} %", c.error, 100 * c.error / r_.error),
                            !is_bad                     ? annotation::mood::plain
                            : c.error >= 0.5 * r_.error ? annotation::mood::bad
                                                        : annotation::mood::doubtful};
  }

  const graph& g_;
  const adjoints& adjoints_;
  rounding_report r_;
};

}  // namespace

auto rounding(const scalar& y) -> rounding_report {
  detail::require_node(y.ref(), "rounding");
  const auto& g = graph::active();
  const auto a = reverse(g, y);
  return estimate(g, g.id(y.ref(), "rounding"), a).report(y.value());
}

namespace detail {
auto rounding_of_array(const tensor& y) -> rounding_report {
  require_node(y.ref(), "rounding");
  const auto& g = graph::active();
  const auto a = reverse(g, y, array(1.0).cast(y.type()));
  double sum = 0;
  for (const double v : y.value().cast(float64).to_vector<double>()) sum += v;
  return estimate(g, g.id(y.ref(), "rounding"), a).report(sum);
}
}  // namespace detail

}  // namespace seegrad
