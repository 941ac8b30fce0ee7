#include <autodiff/check/check.hpp>

#include <autodiff/check/parts.hpp>
#include <autodiff/derive/recorded.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace detail {

auto name_of(const graph& g, node_id k) -> std::string {
  const auto name = g.name(k);
  return name.empty() ? fmt::format("#{}", k) : std::string(name);
}

auto scope_path(const graph& g, node_id k) -> std::string {
  std::string path;
  for (auto s = g.scope_of(k); s != 0; s = g.scope_parent(s))
    path = std::string(g.scope_name(s)) + (path.empty() ? "" : "/") + path;
  return path;
}

auto finding_at(const graph& g, node_id k) -> finding {
  finding f;
  f.node = k;
  f.name = name_of(g, k);
  f.operation = g.is_leaf(k) ? "input" : g.op(k)->name;
  if (!g.is_leaf(k) && g.op(k)->is_structural()) f.parameters = g.op(k)->rule->text(g.row(k).parameters.get());
  f.scope = scope_path(g, k);
  return f;
}

namespace {

// The gradient of a mixture of first derivatives: a Hessian times a vector. It is recorded, so that everything that can be checked
// of a value can be checked of it, and v·(Hw) against w·(Hv) as well.
auto check_second_order(graph& g, const scalar& y, const check_options& options, check_report& report) -> void {
  const rewind_scope temporary;
  const auto top = g.id(y.ref(), "check");
  const auto used = ancestors(g, top);
  std::vector<scalar> xs;
  for (node_id k = 0; k <= top; ++k)
    if (used[k] && g.is_input(k)) xs.push_back(handle(k));
  const auto first = recorded_gradient(y, xs);
  uneven weight(options.seed + 1);
  std::vector<double> w, v;
  scalar mixture[2];
  for (const auto& d : first) {
    w.push_back(weight()), v.push_back(weight());
    mixture[0] += w.back() * d, mixture[1] += v.back() * d;
  }
  if (mixture[0].is_constant()) {
    report.remarks.push_back("second order: the gradient is constant");
    return;
  }
  const auto hw = gradient(mixture[0], xs), hv = gradient(mixture[1], xs);
  double left = 0, right = 0, size = 0;
  for (std::size_t i = 0; i < xs.size(); ++i)
    left += v[i] * hw[i], right += w[i] * hv[i], size += std::abs(v[i] * hw[i]) + std::abs(w[i] * hv[i]);
  const bool symmetric = !(std::abs(left - right) > 1e-9 * size);

  auto inner = options;
  inner.second_order = false;
  auto second = check(mixture[0], inner);
  report.remarks.push_back(fmt::format(
      "second order: {} operations of the recorded gradient: {} PASS, {} FAIL; Hessian times vector: {}; symmetry: {}",
      second.operations, second.local[0], second.local[1], to_string(second.whole_verdict()), symmetric ? "PASS" : "FAIL"));
  if (!symmetric) ++report.whole[static_cast<std::size_t>(verdict::fail)];
  for (std::size_t i = 0; i < verdicts; ++i)
    if (static_cast<verdict>(i) != verdict::pass) report.whole[i] += second.whole[i];
  for (auto& f : second.findings) {
    // What was wrong before is known already.
    const bool known = f.operation != "input" && f.node <= top;
    if (f.what == verdict::pass || known) continue;
    if (f.operation != "input") ++report.whole[static_cast<std::size_t>(f.what)];
    f.method += " (second order)";
    report.findings.push_back(std::move(f));
  }
}

auto check_recorded(graph& g, const scalar& y, std::span<const double> adjoints, const check_options& options) -> check_report {
  const auto top = g.id(y.ref(), "check");
  check_report report;
  report.subject = name_of(g, top);
  check_operations(g, top, options, report);
  if (options.whole) {
    const bool adds_up = check_accumulation(g, top, adjoints, report);
    check_whole(g, top, adjoints, options, report, adds_up);
  }
  return report;
}

}  // namespace
}  // namespace detail

auto check(const scalar& y, const check_options& options) -> check_report {
  auto& g = graph::active();
  const auto top = g.id(y.ref(), "check");
  backward(y);
  std::vector<double> adjoints(std::size_t{top} + 1);
  for (node_id k = 0; k <= top; ++k) adjoints[k] = g.adjoint(k);
  auto report = detail::check_recorded(g, y, adjoints, options);
  if (options.second_order) {
    detail::check_second_order(g, y, options, report);
    backward(y);
  }
  detail::finish(report, options);
  return report;
}

auto check_adjoints(const scalar& y, std::span<const double> adjoints, const check_options& options) -> check_report {
  auto& g = graph::active();
  const auto top = g.id(y.ref(), "check_adjoints");
  if (adjoints.size() <= top)
    throw error(fmt::format("check_adjoints: {} adjoints, but the value is node {}; give one for each node up to it",
                            adjoints.size(), top));
  auto report = detail::check_recorded(g, y, adjoints.first(std::size_t{top} + 1), options);
  detail::finish(report, options);
  return report;
}

}  // namespace seegrad
