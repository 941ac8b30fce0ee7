#include <autodiff/check/tensor_check.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/check/double_precision.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/ops/shape/arrangement.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad::detail {

auto worst_element::add(std::size_t element, double claimed, test_result a) -> void {
  const bool is_direction = element >= static_cast<std::size_t>(elements(shape_));
  if (!is_direction) ++count_;
  const auto badness = std::abs(claimed - a.measured);
  const bool harder = !any_ || (a.what != worst_.what && worse(a.what, worst_.what) == a.what);
  if (harder) same_ = 0, badness_ = -1, detail_ = a.detail, alike_ = true;
  else if (a.what != worst_.what) return;
  ++same_;
  alike_ = alike_ && a.detail == detail_;
  any_ = true;
  if (!harder && !(badness > badness_)) return;
  badness_ = std::isnan(badness) ? badness_ : badness;
  at_ = element, claimed_ = claimed, worst_ = std::move(a);
}

auto worst_element::tell(finding& f) const -> void {
  f.what = any_ ? worst_.what : verdict::untested;
  if (!any_) f.detail = "no element of the operand is finite";
  if (!any_) return;
  const bool is_direction = at_ >= static_cast<std::size_t>(elements(shape_));
  f.element = is_direction ? "direction" : index_text(shape_, at_);
  f.claimed = claimed_, f.measured = worst_.measured, f.error_estimate = worst_.error;
  f.difference = std::abs(claimed_ - worst_.measured);
  f.method = worst_.method;
  if (f.what == verdict::pass || count_ <= 1) {
    f.detail = worst_.detail;
    return;
  }
  f.detail = fmt::format("{} of the {} elements looked at{}", same_, count_, alike_ && !detail_.empty() ? ": " + detail_ : "");
  if (!alike_ && same_ == 1) f.detail += ": " + worst_.detail;
}

auto describe_array_mismatch(const array& claimed, const array& measured) -> std::string {
  const auto same = [&](const array& other) {
    if (other.shape() != claimed.shape()) return false;
    const auto a = numbers_of(claimed), b = numbers_of(other);
    double largest = 0;
    for (const double v : b) largest = std::max(largest, std::abs(v));
    for (std::size_t e = 0; e < a.size(); ++e)
      if (!(std::abs(a[e] - b[e]) <= 1e-6 * largest)) return false;
    return largest > 0;
  };
  if (measured.rank() >= 2 && same(transpose(measured))) return "this is the transpose of what it should be";
  for (int a = 0; a < measured.rank(); ++a) {
    if (measured.shape()[a] < 2) continue;
    for (const int shift : {1, -1})
      if (same(roll(measured, shift, a))) return fmt::format("this is off by one place along axis {}", a);
    if (same(flip(measured, {a}))) return fmt::format("this is in reverse order along axis {}", a);
  }
  return "";
}

auto check_other_rules(const graph& g, node_id k, int i, std::span<const array> x, const array& y, const array& cotangent,
                       const array& contribution, const array& round_off, std::string& method) -> std::string {
  const auto& r = g.tensor_node_at(k);
  const auto& rule = *r.op->rule;
  const auto slot = static_cast<std::size_t>(i);
  const auto* parameters = r.parameters.get();
  const auto numbers = numbers_of(contribution);
  auto off = round_off.is_null() ? std::vector<double>(numbers.size()) : numbers_of(round_off);
  double largest = 0;
  for (const double v : numbers)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  for (double& v : off) v = (std::isfinite(v) ? 8 * v : 0) + 1e-9 * largest + 1e-320;
  // Beside operands that are not finite, one way of writing a vjp may come to 0 times infinity where another does not.
  const bool finite = std::all_of(x.begin(), x.end(), [](const array& o) {
    const auto v = numbers_of(o);
    return std::all_of(v.begin(), v.end(), [](double e) { return std::isfinite(e); });
  });
  const auto differs = [&](const array& other) {
    if (other.shape() != contribution.shape()) return true;
    const auto b = numbers_of(other);
    for (std::size_t e = 0; e < numbers.size(); ++e) {
      if (!std::isfinite(numbers[e]) || (!finite && !std::isfinite(b[e]))) continue;
      if (!(std::abs(numbers[e] - b[e]) <= off[e] + 1e-9 * std::abs(numbers[e]))) return true;
    }
    return false;
  };
  try {
    method = "recorded vjp";
    // Of constants, so that nothing is recorded.
    const std::vector<tensor> constants(x.begin(), x.end());
    if (differs(in_double(rule.vjp_recorded(parameters, i, constants, y, cotangent).value())))
      return "the vjp that second derivatives are recorded with gives something else than the vjp on arrays";
    method = "vjp in place";
    if (largest < 1e307) {
      auto adjoint = jittered(contribution, 0.25, 5);
      const auto before = adjoint.copy();
      rule.vjp_into(parameters, i, x, y, cotangent, adjoint);
      if (differs(adjoint - before)) return "vjp_into adds something else than the vjp gives";
    }
    method = "linearity";
    if (rule.linear && r.op->rule->value != structural_operation<cast_op>().rule->value) {
      // Any tangent will do, whatever the operand is; but not by elements of which the vjp knows nothing.
      std::vector<array> tangent(x.begin(), x.end());
      tangent[slot] = zeros(x[slot].shape());
      auto t = tangent[slot].writable<double>();
      uneven random(6);
      for (std::size_t e = 0; e < t.size(); ++e)
        if (const double v = random(); std::isfinite(numbers[e])) t[e] = v;
      const auto moved = numbers_of(rule.value(parameters, tangent)), w = numbers_of(cotangent);
      double forward = 0, backward = 0, size = 0;
      for (std::size_t e = 0; e < moved.size(); ++e)
        if (w[e] != 0) forward += w[e] * moved[e], size += std::abs(w[e] * moved[e]);
      for (std::size_t e = 0; e < t.size(); ++e)
        if (t[e] != 0) backward += numbers[e] * t[e], size += std::abs(numbers[e] * t[e]) + 1e9 * off[e] * std::abs(t[e]);
      if (!(std::abs(forward - backward) <= 1e-9 * size) && std::isfinite(forward) && std::isfinite(size))
        return "the operation is said to be linear in this operand, and is not: its forward derivative is another";
    }
  } catch (const error& e) {
    return fmt::format("this rule cannot be computed: {}", e.what());
  }
  return "";
}

}  // namespace seegrad::detail
