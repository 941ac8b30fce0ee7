#include <autodiff/check/check.hpp>

#include <autodiff/check/double_precision.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/table/structural_list.hpp>
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
  if (!g.is_leaf(k) && g.is_tensor_node(k)) f.parameters = g.op(k)->rule->text(g.tensor_node_at(k).parameters.get());
  f.scope = scope_path(g, k);
  return f;
}

namespace {

// The gradient of a mixture of first derivatives: a Hessian times a vector. It is recorded, so that everything that can be checked
// of a value can be checked of it, and v·(Hw) against w·(Hv) as well.
template <class T>
class second_order {
 public:
  second_order(graph& g, const T& y, const check_options& options)
      : g_(g), y_(y), options_(options), top_(g.id(y.ref(), "check")) {}

  auto run(check_report& report) -> void {
    const rewind_scope temporary;
    find_inputs();
    uneven weight(options_.seed + 1);
    const auto first = recorded_gradient(y_, std::span<const T>(xs_));
    T mixture[2] = {0.0, 0.0};
    for (const auto& d : first)
      for (const int i : {0, 1}) mixture[i] = mixture[i] + mixed(d, directions_[i].emplace_back(direction(weight, d)));
    if (mixture[0].is_constant()) {
      report.remarks.push_back("second order: the gradient is constant");
      return;
    }
    tell(mixture[0], is_symmetric(mixture), report);
  }

 private:
  using number = std::conditional_t<std::same_as<T, scalar>, double, array>;

  auto find_inputs() -> void {
    const auto used = leading_to(g_, top_);
    for (node_id k = 0; k <= top_; ++k) {
      if (!used[k] || !g_.is_input(k)) continue;
      if constexpr (std::same_as<T, scalar>) xs_.push_back(handle(k));
      else xs_.push_back(tensor_handle(k));
    }
  }
  static auto direction(uneven& weight, const scalar&) -> double { return weight(); }
  static auto direction(uneven& weight, const tensor& d) -> array {
    auto v = array::uninitialized(float64, d.shape());
    for (auto& e : v.template writable<double>()) e = weight();
    return v.cast(d.type());
  }
  static auto mixed(const scalar& d, double v) -> scalar { return v * d; }
  static auto mixed(const tensor& d, const array& v) -> tensor { return sum(d * v); }
  static auto product(double a, double b, double& size) -> double { return size += std::abs(a * b), a * b; }
  static auto product(const array& a, const array& b, double& size) -> double {
    const auto p = a.cast(float64) * b.cast(float64);
    return size += sum(abs(p)).item(), sum(p).item();
  }

  auto is_symmetric(const T* mixture) const -> bool {
    const auto hw = gradient(mixture[0], std::span<const T>(xs_));
    if (mixture[1].is_constant()) return true;
    const auto hv = gradient(mixture[1], std::span<const T>(xs_));
    double left = 0, right = 0, size = 0;
    bool in_float = false;
    for (std::size_t i = 0; i < xs_.size(); ++i) {
      left += product(directions_[1][i], hw[i], size), right += product(directions_[0][i], hv[i], size);
      if constexpr (std::same_as<T, tensor>) in_float = in_float || xs_[i].type() == float32;
    }
    return !(std::abs(left - right) > (in_float ? 1e-3 : 1e-9) * size);
  }

  auto tell(const T& mixture, bool symmetric, check_report& report) const -> void {
    auto inner = options_;
    inner.second_order = false;
    auto second = check(mixture, inner);
    report.remarks.push_back(fmt::format(
        "second order: {} operations of the recorded gradient: {} PASS, {} FAIL; Hessian times vector: {}; symmetry: {}",
        second.operations, second.local[0], second.local[1], to_string(second.whole_verdict()), symmetric ? "PASS" : "FAIL"));
    if (!symmetric) ++report.whole[static_cast<std::size_t>(verdict::fail)];
    for (std::size_t i = 0; i < verdicts; ++i)
      if (static_cast<verdict>(i) != verdict::pass) report.whole[i] += second.whole[i];
    for (auto& f : second.findings) {
      // What was wrong before is known already.
      const bool known = f.operation != "input" && f.node <= top_;
      if (f.what == verdict::pass || known) continue;
      if (f.operation != "input") ++report.whole[static_cast<std::size_t>(f.what)];
      f.method += " (second order)";
      report.findings.push_back(std::move(f));
    }
  }

  graph& g_;
  const T& y_;
  const check_options& options_;
  node_id top_;
  std::vector<T> xs_;
  std::vector<number> directions_[2];
};

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

// One number for each element of y, uneven if there is more than one: the gradient that is checked is that of their sum, without what
// is not finite.
auto seed_of(const tensor& y, const check_options& options) -> array {
  auto seed = array::uninitialized(float64, y.shape());
  uneven random(options.seed);
  const auto values = numbers_of(y.value());
  std::size_t e = 0;
  for (auto& w : seed.writable<double>()) {
    const double weight = random();
    w = y.size() == 1 ? 1.0 : std::isfinite(values[e]) ? weight : 0.0;
    ++e;
  }
  return seed.cast(y.type());
}

auto adjoints_in(const graph& g, node_id top) -> std::vector<array> {
  std::vector<array> out(std::size_t{top} + 1);
  for (node_id k = 0; k <= top; ++k)
    if (g.is_differentiable(k)) out[k] = g.is_tensor(k) ? g.array_adjoint(k) : array(g.adjoint(k));
  return out;
}

auto operations_of(graph& g, node_id top, const check_options& options) -> check_report {
  check_report report;
  report.subject = name_of(g, top);
  check_operations(g, top, options, report);
  return report;
}

auto check_sums(graph& g, node_id top, std::span<const array> adjoints, const array& seed, const check_options& options,
                check_report& report) -> void {
  const bool adds_up = check_accumulation(g, top, adjoints, seed, report);
  check_whole(g, top, adjoints, seed, options, report, adds_up);
}

// The operations come first, for a sweep through a wrong one may not even end.
auto check_arrays(graph& g, const tensor& y, const check_options& options) -> check_report {
  const auto top = g.id(y.ref(), "check");
  auto report = operations_of(g, top, options);
  const auto seed = seed_of(y, options);
  for (const auto& f : report.findings)
    if (f.method == "vjp") {
      report.remarks.push_back("the gradient as a whole was not computed, for a vjp gives no array, or none of the right shape");
      return report;
    }
  try {
    backward(y, seed);
    if (options.whole) check_sums(g, top, adjoints_in(g, top), seed, options, report);
    if (options.second_order && y.size() == 1) {
      second_order<tensor>(g, y, options).run(report);
      backward(y, seed);
    }
  } catch (const error& e) {
    if (report.local[static_cast<std::size_t>(verdict::fail)] == 0) throw;
    report.remarks.push_back(fmt::format("the gradient as a whole cannot be computed: {}", e.what()));
  }
  return report;
}

}  // namespace
}  // namespace detail

namespace {

auto require_one_each(std::size_t adjoints, node_id top) -> void {
  if (adjoints <= top)
    throw error(
        fmt::format("check_adjoints: {} adjoints, but the value is node {}; give one for each node up to it", adjoints, top));
}

}  // namespace

auto check(const scalar& y, const check_options& options) -> check_report {
  auto& g = graph::active();
  const auto top = g.id(y.ref(), "check");
  if (detail::has_tensor_nodes(g, detail::leading_to(g, top))) return check(tensor(y), options);
  backward(y);
  std::vector<double> adjoints(std::size_t{top} + 1);
  for (node_id k = 0; k <= top; ++k) adjoints[k] = g.adjoint(k);
  auto report = detail::check_recorded(g, y, adjoints, options);
  if (options.second_order) {
    detail::second_order<scalar>(g, y, options).run(report);
    backward(y);
  }
  detail::finish(report, options);
  return report;
}

auto check(const tensor& y, const check_options& options) -> check_report {
  auto report = detail::check_arrays(graph::active(), y, options);
  detail::finish(report, options);
  return report;
}

auto check_adjoints(const scalar& y, std::span<const double> adjoints, const check_options& options) -> check_report {
  auto& g = graph::active();
  const auto top = g.id(y.ref(), "check_adjoints");
  require_one_each(adjoints.size(), top);
  if (detail::has_tensor_nodes(g, detail::leading_to(g, top)))
    throw error("check_adjoints: there are arrays in this graph; give an array for each node, of shape [] for a number");
  auto report = detail::check_recorded(g, y, adjoints.first(std::size_t{top} + 1), options);
  detail::finish(report, options);
  return report;
}

auto check_adjoints(const tensor& y, std::span<const array> adjoints, const check_options& options) -> check_report {
  auto& g = graph::active();
  const auto top = g.id(y.ref(), "check_adjoints");
  require_one_each(adjoints.size(), top);
  if (y.size() != 1)
    throw error(
        fmt::format("check_adjoints: the value has the shape {}; adjoints are of one number: take sum()", to_string(y.shape())));
  for (node_id k = 0; k <= top; ++k)
    if (const auto shape = g.array_value(k).shape(); !adjoints[k].is_null() && adjoints[k].shape() != shape)
      throw error(fmt::format("check_adjoints: the adjoint of node {} has the shape {}, its value {}", k,
                              to_string(adjoints[k].shape()), to_string(shape)));
  auto report = detail::operations_of(g, top, options);
  detail::check_sums(g, top, adjoints.first(std::size_t{top} + 1), detail::seed_of(y, options), options, report);
  detail::finish(report, options);
  return report;
}

}  // namespace seegrad
