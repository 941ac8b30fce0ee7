#include <autodiff/check/parts.hpp>

#include <algorithm>
#include <autodiff/derive/evaluate.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
auto rounding_of_adjoints(const graph& g, node_id y, const node_set& used) -> std::vector<double> {
  std::vector<double> size(std::size_t{y} + 1);
  size[y] = 1;
  for (node_id k = y + 1; k-- > 0;)
    if (used[k] && size[k] != 0 && !g.is_leaf(k))
      node_of_numbers(g, k).each_vjp(size[k], [&](node_id o, double c) {
        // An infinite slope that the sweep met with an adjoint of 0 has not rounded anything.
        if (std::isfinite(c)) size[o] += std::abs(c);
      });
  const auto unit = std::numeric_limits<double>::epsilon() * std::max(32.0, std::sqrt(static_cast<double>(y)));
  for (auto& s : size) s *= unit;
  return size;
}

auto contributions(const graph& g, node_id y, std::span<const double> adjoints, node_id to) -> std::vector<double> {
  std::vector<double> out;
  for (node_id k = to + 1; k <= y; ++k) {
    if (g.is_leaf(k) || adjoints[k] == 0) continue;
    const auto operands = g.operands(k);
    bool uses = false;
    for (auto o : operands) uses = uses || o == to;
    if (!uses) continue;
    node_of_numbers(g, k).each_vjp(adjoints[k], [&](node_id o, double c) {
      if (o == to && c != 0) out.push_back(c);
    });
  }
  return out;
}

auto one_use_only(std::span<const double> parts, double claimed) -> std::string {
  if (parts.size() < 2 || claimed == 0) return "";
  for (std::size_t i = parts.size(); i-- > 0;)
    if (std::abs(parts[i] - claimed) <= 1e-6 * std::abs(claimed))
      return fmt::format(
          "this is what use {} of {} contributes; the contributions of all uses must be added up (= where += is meant?)", i + 1,
          parts.size());
  return "";
}

auto check_accumulation(const graph& g, node_id y, std::span<const double> adjoints, check_report& report) -> bool {
  const auto used = leading_to(g, y);
  std::vector<double> sum(std::size_t{y} + 1), size(sum.size());
  sum[y] = 1, size[y] = 1;
  for (node_id k = y + 1; k-- > 0;)
    // As in the sweep, an adjoint of 0 contributes nothing, even through an infinite slope.
    if (used[k] && !g.is_leaf(k) && adjoints[k] != 0)
      node_of_numbers(g, k).each_vjp(adjoints[k], [&](node_id o, double c) { sum[o] += c, size[o] += std::abs(c); });

  bool good = true;
  for (node_id k = 0; k <= y; ++k) {
    if (!used[k] || !g.is_differentiable(k) || !std::isfinite(size[k])) continue;
    const auto difference = std::abs(adjoints[k] - sum[k]);
    if (difference <= 1e-10 * std::max(size[k], std::abs(adjoints[k]))) continue;
    good = false;
    ++report.whole[static_cast<std::size_t>(verdict::fail)];
    const auto parts = contributions(g, y, adjoints, k);
    auto f = finding_at(g, k);
    f.what = verdict::fail;
    f.claimed = adjoints[k], f.measured = sum[k], f.difference = difference, f.error_estimate = 1e-10 * size[k];
    f.method = "accumulation";
    f.detail = fmt::format("the contributions of its {} add up to {:.6g}, but its gradient is {:.6g}",
                           parts.size() == 1 ? "one use" : fmt::format("{} uses", parts.size()), sum[k], adjoints[k]);
    if (const auto hint = one_use_only(parts, adjoints[k]); !hint.empty()) f.detail += "; " + hint;
    report.findings.push_back(std::move(f));
  }
  return good;
}

}  // namespace seegrad::detail
