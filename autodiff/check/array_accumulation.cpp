// Whether the adjoint of every node is the sum of its users' contributions, in a graph with arrays.

#include <algorithm>
#include <autodiff/check/double_precision.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

// What has reached a node: the sum, the sum of absolute values, and how uncertain rounding makes it.
struct gathered {
  std::vector<double> sum, size, noise;
  bool is_float = false;

  auto add(const array& c, const array& moved) -> void {
    const auto a = numbers_of(c), b = numbers_of(moved);
    if (sum.empty()) sum.resize(a.size()), size.resize(a.size()), noise.resize(a.size());
    for (std::size_t e = 0; e < std::min(a.size(), sum.size()); ++e)
      sum[e] += a[e], size[e] += std::abs(a[e]), noise[e] += std::abs(a[e] - b[e]);
  }
};

class accumulation {
 public:
  accumulation(const graph& g, node_id y, std::span<const array> adjoints, check_report& report)
      : g_(g), y_(y), adjoints_(adjoints), report_(report), used_(leading_to(g, y)), at_(std::size_t{y} + 1) {}

  auto run(const array& seed) -> bool {
    at_[y_].add(in_double(seed), in_double(seed));
    for (node_id k = y_ + 1; k-- > 0;)
      if (used_[k] && !g_.is_leaf(k))
        each_contribution(k, [&](node_id o, const array& c, const array& moved, bool is_float) {
          at_[o].add(c, moved), at_[o].is_float |= is_float;
        });
    bool good = true;
    for (node_id k = 0; k <= y_; ++k)
      if (used_[k] && g_.is_differentiable(k) && !adds_up(k)) good = false;
    return good;
  }

 private:
  auto is_zero(node_id k) const -> bool {
    const auto& a = adjoints_[k];
    return a.is_null() || (!g_.is_tensor(k) && a.item() == 0);
  }
  auto is_float(node_id k) const -> bool { return g_.is_tensor(k) && g_.tensor_node_at(k).value.type() == float32; }

  // Calls f(operand, contribution, the same with a rounded cotangent, in float) for what node k passes on.
  template <class F>
  auto each_contribution(node_id k, F f) const -> void {
    if (is_zero(k)) return;
    if (!g_.is_tensor_node(k))
      return node_of_numbers(g_, k).each_vjp(adjoints_[k].item(), [&](node_id o, double c) { f(o, c, c, false); });
    const auto operands = g_.operands(k);
    const auto x = double_operands(g_, k);
    const auto y = in_double(g_.array_value(k)), cotangent = in_double(adjoints_[k]);
    for (int i = 0; i < operands.size(); ++i) {
      const auto o = operands[i];
      if (!g_.is_differentiable(o)) continue;
      const bool in_float = is_float(k) || is_float(o);
      const auto unit = in_float ? 0x1p-21 : 0x1p-50;
      f(o, tensor_vjp(g_, k, i, x, y, cotangent), tensor_vjp(g_, k, i, x, y, jittered(cotangent, unit, k)), in_float);
    }
  }

  auto adds_up(node_id k) -> bool {
    const auto& expected = at_[k];
    const auto given = adjoints_[k].is_null() ? std::vector<double>(expected.sum.size()) : numbers_of(adjoints_[k]);
    const auto there = expected.sum.empty() ? std::vector<double>(given.size()) : expected.sum;
    if (given.size() != there.size())
      return fail(k, 0, unknown, unknown, 0, "its gradient has another shape than its value"), false;
    double largest = 0, noise = 0;
    for (std::size_t e = 0; e < expected.size.size(); ++e)
      if (std::isfinite(expected.size[e]))
        largest = std::max(largest, expected.size[e]), noise = std::max(noise, expected.noise[e]);
    const double unit = expected.is_float || is_float(k) ? 1e-5 : 1e-10;
    std::size_t wrong = 0, worst = 0;
    double most = 0, allowed_there = 0;
    std::vector<double> of_results;
    for (std::size_t e = 0; e < given.size(); ++e) {
      if (!expected.size.empty() && !std::isfinite(expected.size[e])) continue;
      const auto difference = std::abs(given[e] - there[e]);
      const auto size = expected.size.empty() ? 0.0 : expected.size[e];
      auto allowed = unit * std::max(size, 0.01 * largest) + 16 * noise;
      if (difference <= allowed) continue;
      if (of_results.empty()) of_results = rounding_of_results(k, given.size());
      allowed += 16 * of_results[e];
      if (difference <= allowed || std::isinf(of_results[e])) continue;
      ++wrong;
      if (difference > most || wrong == 1 || std::isnan(difference)) most = difference, worst = e, allowed_there = allowed;
    }
    if (wrong == 0) return true;
    const auto parts = contributions_at(k, worst);
    auto words = fmt::format("the contributions of its {} add up to {:.6g}, but its gradient is {:.6g}",
                             parts.size() == 1 ? "one use" : fmt::format("{} uses", parts.size()), there[worst], given[worst]);
    if (given.size() > 1)
      words += fmt::format(" at {}; so it is with {} of {} elements", index_text(g_.tensor_node_at(k).value.shape(), worst),
                           wrong, given.size());
    if (const auto hint = one_use_only(parts, given[worst]); !hint.empty()) words += "; " + hint;
    fail(k, worst, given[worst], there[worst], allowed_there, std::move(words));
    return false;
  }

  // How far the rounding of its users' results, from which the vjps are computed, may carry what they contribute to a node: it is large
  // beside what is left where that cancels.
  auto rounding_of_results(node_id to, std::size_t n) const -> std::vector<double> {
    constexpr double times = 64;
    std::vector<double> out(n);
    for (node_id k = to + 1; k <= y_; ++k) {
      if (!used_[k] || g_.is_leaf(k) || !g_.is_tensor_node(k) || is_zero(k)) continue;
      const auto operands = g_.operands(k);
      for (int i = 0; i < operands.size(); ++i) {
        if (operands[i] != to) continue;
        const auto x = double_operands(g_, k);
        const auto y = in_double(g_.array_value(k)), cotangent = in_double(adjoints_[k]);
        const auto unit = is_float(k) || is_float(to) ? 0x1p-23 : 0x1p-52;
        const auto contribution = [&](const array& result) { return numbers_of(tensor_vjp(g_, k, i, x, result, cotangent)); };
        const auto a = contribution(y), near = contribution(jittered(y, unit, k)),
                   far = contribution(jittered(y, times * unit, k));
        for (std::size_t e = 0; e < std::min(n, a.size()); ++e)
          if (const auto d = std::abs(near[e] - a[e]); is_rounding(d, std::abs(far[e] - a[e]), times, a[e])) out[e] += d;
        if (!is_float(k) && !is_float(to)) continue;
        // And what the same rule loses in float.
        const auto in_float = numbers_of(vjp_as_recorded(k, i));
        for (std::size_t e = 0; e < std::min(n, in_float.size()); ++e)
          out[e] += std::isfinite(in_float[e]) ? std::abs(in_float[e] - a[e]) : std::numeric_limits<double>::infinity();
      }
    }
    return out;
  }

  auto vjp_as_recorded(node_id k, int i) const -> array {
    const auto y = g_.array_value(k);
    return node_of_arrays(g_, k).vjp(i, y, adjoints_[k].cast(y.type()));
  }

  auto contributions_at(node_id to, std::size_t element) const -> std::vector<double> {
    std::vector<double> out;
    for (node_id k = to + 1; k <= y_; ++k) {
      if (!used_[k] || g_.is_leaf(k)) continue;
      bool uses = false;
      for (auto o : g_.operands(k)) uses = uses || o == to;
      if (!uses) continue;
      each_contribution(k, [&](node_id o, const array& c, const array&, bool) {
        if (o != to) return;
        if (const auto all = numbers_of(c); element < all.size() && all[element] != 0) out.push_back(all[element]);
      });
    }
    return out;
  }

  auto fail(node_id k, std::size_t element, double claimed, double measured, double allowed, std::string words) -> void {
    ++report_.whole[static_cast<std::size_t>(verdict::fail)];
    auto f = finding_at(g_, k);
    f.what = verdict::fail;
    if (g_.is_tensor(k)) f.element = index_text(g_.tensor_node_at(k).value.shape(), element);
    f.claimed = claimed, f.measured = measured, f.difference = std::abs(claimed - measured), f.error_estimate = allowed;
    f.method = "accumulation", f.detail = std::move(words);
    report_.findings.push_back(std::move(f));
  }

  const graph& g_;
  node_id y_;
  std::span<const array> adjoints_;
  check_report& report_;
  node_set used_;
  std::vector<gathered> at_;
};

}  // namespace

auto check_accumulation(const graph& g, node_id y, std::span<const array> adjoints, const array& seed, check_report& report)
    -> bool {
  return accumulation(g, y, adjoints, report).run(seed);
}

}  // namespace seegrad::detail
