#include <algorithm>
#include <autodiff/check/parts.hpp>
#include <autodiff/check/tensor_check.hpp>
#include <bit>
#include <fmt/format.h>
#include <tuple>
#include <unordered_map>

namespace seegrad::detail {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// An operation with the values of its operands: what a verdict on it depends on.
struct situation {
  const operation* op = nullptr;
  double x[max_arity]{};
  double y = 0;
  unsigned active = 0;  // one bit an operand

  auto is_active(int i) const -> bool { return active >> i & 1; }

  friend auto operator==(const situation& a, const situation& b) -> bool {
    const auto same = [](double p, double q) { return std::bit_cast<std::uint64_t>(p) == std::bit_cast<std::uint64_t>(q); };
    return a.op == b.op && a.active == b.active && same(a.y, b.y) && same(a.x[0], b.x[0]) && same(a.x[1], b.x[1]) &&
           same(a.x[2], b.x[2]);
  }
};

struct hash {
  auto operator()(const situation& s) const -> std::size_t {
    auto h = std::bit_cast<std::uintptr_t>(s.op) + s.active;
    for (const double v : {s.x[0], s.x[1], s.x[2], s.y}) {
      h = (h ^ std::bit_cast<std::uint64_t>(v)) * 0x9e3779b97f4a7c15;
      h ^= h >> 29;
    }
    return h;
  }
};

// One verdict, without the words that a finding adds.
struct row {
  node_id node;
  int operand;
  double claimed;
  test_result result;

  auto badness() const -> double {
    const auto difference = std::abs(claimed - result.measured);
    return difference == 0 ? 0 : difference / std::max(std::abs(claimed), std::abs(result.measured));
  }
};

class inspection {
 public:
  inspection(const graph& g, const check_options& options) : g_(g), options_(options), direction_(options.seed) {}

  auto look_at(node_id k) -> void {
    situation s{g_.op(k)};
    const auto operands = g_.operands(k);
    for (int i = 0; i < s.op->arity; ++i) {
      s.x[i] = g_.value(operands[i]);
      if (g_.is_constant(operands[i])) ++constants;
      else s.active |= 1u << i;
    }
    s.y = g_.value(k);
    const auto [known, is_new] = seen_.try_emplace(s, rows.size());
    if (is_new) return examine(k, s);
    for (auto r = known->second; r < rows.size() && rows[r].node == rows[known->second].node; ++r) {
      auto again = rows[r];
      again.node = k;
      rows.push_back(std::move(again));
    }
  }

  // The test of one operand at numbers that stand in no node of their own.
  auto look_at(const operation& op, int i, std::span<const double> x) -> row {
    situation s{&op};
    for (int j = 0; j < op.arity; ++j) s.x[j] = x[static_cast<std::size_t>(j)], s.active |= 1u << j;
    s.y = op.value(s.x);
    rows.clear();
    examine(0, s);
    for (auto& r : rows)
      if (r.operand == i) return std::move(r);
    return rows.at(0);
  }

  std::vector<row> rows;
  std::size_t constants = 0;
  std::size_t set_aside = 0;  // dot products
  node_id first_set_aside = 0;

 private:
  auto examine(node_id k, const situation& s) -> void {
    const auto now = s.op->value(s.x);
    if (std::isfinite(now) && !(std::abs(now - s.y) <= 1e-6 * std::abs(now) + 1e-9 * largest(s))) {
      rows.push_back(
          {k,
           -1,
           s.y,
           {verdict::fail, now, 0, "value",
            fmt::format(
                "the record says {:.6g}, but the operation now gives {:.6g}: it does not depend on its operands alone, or the record is stale",
                s.y, now)}});
      return;
    }
    const auto first = rows.size();
    bool kink = false;
    for (int i = 0; i < s.op->arity; ++i)
      if (s.is_active(i)) {
        rows.push_back({k, i, s.op->partial(i, s.x, s.y), {}});
        examine_operand(s, now, rows.back());
        kink = kink || rows.back().result.what == verdict::kink;
      }
    if (kink)
      for (auto r = first; r < rows.size(); ++r) around_the_kink(s, rows[r]);
    dot_product(k, s, first);
  }

  auto examine_operand(const situation& s, double now, row& r) -> void {
    if (s.op->stops) return void(r.result = {r.claimed == 0 ? verdict::pass : verdict::fail, 0, 0, "stopped", ""});
    double at[max_arity] = {s.x[0], s.x[1], s.x[2]};
    const auto i = r.operand;
    auto along = [&](double t) { return at[i] = t, s.op->value(at); };
    claim c{.f = along,
            .x = s.x[i],
            .value = now,
            .claimed = r.claimed,
            .tolerance = options_.tolerance,
            .domain = s.op->domain[static_cast<std::size_t>(i)]};
    c.scale = largest(s);
    c.spacing = spacing_at(s.x[i]), c.coarse = 8 * c.spacing >= smallest(s);
    if (test_quickly(c, r.result)) return;
    c.round_off = rounding_of_rule(s, r);
    c.complex = s.op->complex_step(i, s.x);
    double along_i[max_arity]{};
    along_i[i] = 1;
    c.forward = s.op->forward(s.x, along_i);
    r.result = test_fully(c);
    if (r.result.what == verdict::fail) recognise(s, r);
  }

  // Where several operands meet in a kink, as in clamp(x, x, x), a rule may follow any of the pieces that meet there, also one that
  // cannot be seen by moving one operand alone.
  auto around_the_kink(const situation& s, row& r) -> void {
    if (r.result.what != verdict::fail) return;
    double low = r.result.measured, high = low;
    for (int sample = 0; sample < 16; ++sample) {
      double at[max_arity];
      for (int j = 0; j < s.op->arity; ++j) at[j] = s.x[j] + direction_() * 0x1p-20 * (s.x[j] == 0 ? 1 : std::abs(s.x[j]));
      const auto here = at[r.operand], value = s.op->value(at);
      auto along = [&](double t) { return at[r.operand] = t, s.op->value(at); };
      const auto e = slope_at(along, here, value, exact_step(0x1p-26 * (here == 0 ? 1 : std::abs(here))), 0);
      if (e.usable() && !e.bent) low = std::min(low, e.slope), high = std::max(high, e.slope);
    }
    const auto slack = 1e-5 * std::max(std::abs(low), std::abs(high));
    if (low - slack <= r.claimed && r.claimed <= high + slack)
      r.result = {verdict::kink, r.claimed, slack, "nearby", fmt::format("slopes from {:.6g} to {:.6g} meet here", low, high)};
  }

  // How much the rule moves when the operands and the result move by their last digit.
  static auto rounding_of_rule(const situation& s, const row& r) -> double {
    double moved = 0;
    const auto by = [&](auto change) {
      double near[2]{};
      for (const int i : {0, 1}) {
        double x[max_arity] = {s.x[0], s.x[1], s.x[2]}, y = s.y;
        change(x, y, 1 + (i == 0 ? 1 : 16) * epsilon);
        near[i] = std::abs(s.op->partial(r.operand, x, y) - r.claimed);
      }
      if (is_rounding(near[0], near[1], 16, r.claimed)) moved = std::max({moved, near[0], near[1] / 16});
    };
    by([](double*, double& y, double factor) { y *= factor; });
    by([](double*, double& y, double factor) { y *= 2 - factor; });
    for (int j = 0; j < s.op->arity; ++j) {
      by([j](double* x, double&, double factor) { x[j] *= factor; });
      by([j](double* x, double&, double factor) { x[j] *= 2 - factor; });
    }
    return 4 * moved;
  }

  static auto largest(const situation& s) -> double {
    double most = 0;
    for (const double x : s.x)
      if (std::isfinite(x)) most = std::max(most, std::abs(x));
    return most;
  }
  static auto smallest(const situation& s) -> double {
    double least = 1;
    for (const double x : s.x)
      if (x != 0 && std::isfinite(x)) least = std::min(least, std::abs(x));
    return least;
  }

  // A wrong rule that is right for another operand has mixed them up.
  static auto recognise(const situation& s, row& r) -> void {
    for (int j = 0; j < s.op->arity; ++j) {
      double along[max_arity]{};
      along[j] = 1;
      if (j == r.operand) continue;
      const auto other = s.op->forward(s.x, along);
      if (other != 0 && std::abs(r.claimed - other) <= 1e-9 * std::abs(other))
        r.result.detail = fmt::format("this is the derivative by operand {}: are the operands mixed up?", j);
    }
  }

  // Σ partial · direction against the forward rule. Where finite differences have confirmed the partials already, it is the
  // formula of the value that has a branch here, and the test is set aside.
  auto dot_product(node_id k, const situation& s, std::size_t first) -> void {
    double v[max_arity]{}, sum = 0, size = 0, floor = 0;
    for (auto r = first; r < rows.size(); ++r) {
      if (rows[r].result.what != verdict::pass) return;
      const auto i = rows[r].operand;
      v[i] = direction_();
      sum += rows[r].claimed * v[i];
      size += std::abs(rows[r].claimed * v[i]);
      floor += std::abs(v[i]) * 1e3 * epsilon * std::abs(s.y) / (s.x[i] == 0 ? 1 : std::abs(s.x[i]));
    }
    if (first == rows.size()) return;
    const auto forward = s.op->forward(s.x, v);
    if (!std::isfinite(forward) || std::abs(forward - sum) <= options_.tolerance * size + floor) return;
    if (set_aside++ == 0) first_set_aside = k;
  }

  const graph& g_;
  const check_options& options_;
  uneven direction_;
  std::unordered_map<situation, std::size_t, hash> seen_;
};

// Of the operations on arrays, each may take an equal share of what is to be spent, and a little in any case.
class tensor_inspections {
 public:
  tensor_inspections(const graph& g, const check_options& options, std::size_t rows) : g_(g), options_(options) {
    const auto n = static_cast<double>(std::max<std::size_t>(rows, 1)), effort = static_cast<double>(options.effort);
    share_ = std::max(effort, std::min(2e5 * n, 20 * effort)) / n;
  }

  auto look_at(node_id k, check_report& report) -> void {
    for (auto o : g_.operands(k)) report.constants += g_.is_constant(o);
    auto worst = verdict::pass;
    auto found = check_tensor_node(g_, k, options_, share_, count_);
    for (auto& f : found) {
      worst = worse(worst, f.what);
      ++report.local[static_cast<std::size_t>(f.what)];
      if (f.operand >= 0) ++report.derivatives;
      report.findings.push_back(std::move(f));
    }
    if (!found.empty()) report.marks.emplace_back(k, worst);
  }

  auto finish(check_report& report) const -> void {
    report.elements = count_.looked_at;
    if (count_.looked_at < count_.all)
      report.remarks.push_back(
          fmt::format("operands of {} elements: {} of them were checked one by one, and large arrays along {} random directions",
                      count_.all, count_.looked_at, count_.directions));
  }

 private:
  const graph& g_;
  const check_options& options_;
  double share_;
  element_count count_;
};

auto words(const graph& g, row&& r) -> finding {
  auto f = finding_at(g, r.node);
  f.operand = r.operand;
  if (r.operand >= 0) f.by = name_of(g, g.operands(r.node)[r.operand]);
  f.what = r.result.what;
  f.claimed = r.claimed, f.measured = r.result.measured, f.error_estimate = r.result.error;
  f.difference = std::abs(r.claimed - r.result.measured);
  f.method = r.result.method;
  f.detail = std::move(r.result.detail);
  return f;
}

}  // namespace

auto test_at_numbers(const graph& g, const operation& op, int i, std::span<const double> x, const check_options& options)
    -> std::pair<double, test_result> {
  auto r = inspection(g, options).look_at(op, i, x);
  return {r.claimed, std::move(r.result)};
}

auto check_operations(const graph& g, node_id y, const check_options& options, check_report& report) -> void {
  const auto used = leading_to(g, y);
  std::vector<node_id> todo;
  for (node_id k = 0; k <= y; ++k)
    if (used[k] && !g.is_leaf(k)) todo.push_back(k);
  const auto stride = todo.size() > options.max_nodes
                          ? static_cast<double>(todo.size()) / static_cast<double>(std::max<std::size_t>(options.max_nodes, 1))
                          : 1.0;

  inspection all(g, options);
  const auto with_arrays = std::count_if(todo.begin(), todo.end(), [&](node_id k) { return g.is_tensor_node(k); });
  tensor_inspections arrays(g, options, static_cast<std::size_t>(with_arrays));
  for (double at = 0; at < static_cast<double>(todo.size()) && report.operations < options.max_nodes; at += stride) {
    const auto k = todo[static_cast<std::size_t>(at)];
    if (g.is_tensor_node(k)) arrays.look_at(k, report);
    else all.look_at(k);
    ++report.operations;
  }
  arrays.finish(report);
  report.skipped = todo.size() - report.operations;
  report.constants += all.constants;

  if (all.set_aside > 0)
    report.remarks.push_back(fmt::format(
        "dot product: set aside at {} operations, the first of them {} at {}: the forward rule differs there from the "
        "derivatives, which differences confirm, as when the formula of the value branches",
        all.set_aside, g.op(all.first_set_aside)->name, name_of(g, all.first_set_aside)));
  for (const auto& r : all.rows) {
    ++report.local[static_cast<std::size_t>(r.result.what)];
    if (r.operand >= 0) ++report.derivatives;
    if (report.marks.empty() || report.marks.back().first != r.node) report.marks.emplace_back(r.node, r.result.what);
    else report.marks.back().second = worse(report.marks.back().second, r.result.what);
  }
  if (with_arrays > 0)
    std::stable_sort(report.marks.begin(), report.marks.end(), [](auto& a, auto& b) { return a.first < b.first; });
  // Of the passes only the worst become findings.
  const auto passes =
      std::stable_partition(all.rows.begin(), all.rows.end(), [](const row& r) { return r.result.what != verdict::pass; });
  const auto kept =
      passes + static_cast<std::ptrdiff_t>(std::min(options.worst, static_cast<std::size_t>(all.rows.end() - passes)));
  std::partial_sort(passes, kept, all.rows.end(), [](const row& a, const row& b) {
    return std::tuple(-a.badness(), a.node, a.operand) < std::tuple(-b.badness(), b.node, b.operand);
  });
  for (auto r = all.rows.begin(); r != kept; ++r) report.findings.push_back(words(g, std::move(*r)));
}

}  // namespace seegrad::detail
