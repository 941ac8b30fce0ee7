#include <autodiff/check/tensor_check.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/check/double_precision.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/check/probe.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t small = 64;        // elements that are all looked at
constexpr double evaluations_each = 16;  // about what one derivative takes
constexpr std::size_t directions = 2;
constexpr std::size_t most_uses = 256;  // of one element that is repeated

class tensor_inspection {
 public:
  tensor_inspection(const graph& g, node_id k, const check_options& options, double effort, element_count& count)
      : g_(g), k_(k), options_(options), effort_(effort), count_(count), x_(double_operands(g, k)) {}

  auto run() -> std::vector<finding> {
    if (is_stale()) return std::move(findings_);
    y_ = tensor_value(g_, k_, x_);
    if (!y_.is_floating()) return std::move(findings_);  // places and truth values have no slopes to test
    cotangent_ = random_cotangent();
    const auto operands = g_.operands(k_);
    for (int i = 0; i < operands.size(); ++i)
      if (g_.is_differentiable(operands[i])) look_at(i);
    return std::move(findings_);
  }

 private:
  auto blank(int i) const -> finding {
    auto f = finding_at(g_, k_);
    f.operand = i;
    if (i >= 0) f.by = name_of(g_, g_.operands(k_)[i]);
    return f;
  }
  auto say(int i, verdict what, std::string method, std::string detail) -> void {
    auto f = blank(i);
    f.what = what, f.method = std::move(method), f.detail = std::move(detail);
    findings_.push_back(std::move(f));
  }

  // In its own type, so that even a float must come out as it was.
  auto is_stale() -> bool {
    const auto recorded = g_.array_value(k_);
    array now;
    try {
      now = node_of_arrays(g_, k_).value();
    } catch (const error& e) {
      return say(-1, verdict::fail, "value", fmt::format("the operation cannot be computed again: {}", e.what())), true;
    }
    const auto then = numbers_of(recorded), again = numbers_of(now);
    double largest = 0;
    for (const double v : again)
      if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
    for (std::size_t e = 0; e < std::max(then.size(), again.size()); ++e) {
      const bool both = e < then.size() && e < again.size();
      if (both && (!std::isfinite(again[e]) || std::abs(again[e] - then[e]) <= 1e-6 * std::max(std::abs(again[e]), largest)))
        continue;
      auto f = blank(-1);
      f.what = verdict::fail, f.method = "value", f.element = index_text(recorded.shape(), e);
      f.claimed = both ? then[e] : unknown, f.measured = both ? again[e] : unknown, f.error_estimate = 0;
      f.difference = std::abs(f.claimed - f.measured);
      f.detail = "the operation does not give this value now: it does not depend on its operands alone, or the record is stale";
      findings_.push_back(std::move(f));
      return true;
    }
    return false;
  }

  auto random_cotangent() -> array {
    auto w = zeros(y_.shape());
    uneven random(options_.seed + k_);
    const auto y = numbers_of(y_);
    auto to = w.writable<double>();
    for (std::size_t e = 0; e < to.size(); ++e) {
      const double weight = random();
      if (std::isfinite(y[e])) to[e] = weight;
      else if (!has_infinite_ && !operands_are_infinite()) has_infinite_ = true, infinite_ = e;
    }
    return w;
  }
  auto operands_are_infinite() const -> bool {
    for (const auto& x : x_)
      for (const double v : numbers_of(x))
        if (!std::isfinite(v)) return true;
    return false;
  }

  auto look_at(int i) -> void {
    const auto slot = static_cast<std::size_t>(i);
    array contribution;
    try {
      contribution = tensor_vjp(g_, k_, i, x_, y_, cotangent_);
    } catch (const error& e) {
      return say(i, verdict::non_finite, "vjp", fmt::format("there is no derivative here: {}", e.what()));
    }
    if (contribution.shape() != x_[slot].shape())
      return say(i, verdict::fail, "vjp",
                 fmt::format("the vjp gives the shape {}, but the operand has {}{}", to_string(contribution.shape()),
                             to_string(x_[slot].shape()),
                             contribution.size() > x_[slot].size() ? ": is a sum over a repeated axis missing?" : ""));
    if (has_infinite_)
      return say(i, verdict::non_finite, "value",
                 fmt::format("the value here is not finite at {}, though the operands are", index_text(y_.shape(), infinite_)));
    if (contribution.size() == 0) return say(i, verdict::pass, "ridders", "it has no elements");
    if (g_.op(k_)->stops)
      return say(i, all(contribution == 0.0) ? verdict::pass : verdict::fail, "stopped", "no derivative passes through it");
    measure(i, contribution);
  }

  auto measure(int i, const array& contribution) -> void {
    const auto slot = static_cast<std::size_t>(i);
    const auto& op = *g_.op(k_);
    variable v{x_[slot], contribution};
    if (!op.is_structural()) v.domain = op.domain[slot], v.by_own_size = true;
    auto x = x_;
    probe p(
        {v},
        [&, x](std::span<const std::size_t>, std::span<const array> values) mutable {
          x[slot] = values[0];
          auto y = tensor_value(g_, k_, x);
          x[slot] = {};
          return y;
        },
        y_, cotangent_, options_);
    p.find_round_off = [&](std::size_t) { return rounding_of_vjp(i, contribution); };

    const auto n = p.size();
    const auto affordable = static_cast<std::size_t>(effort_ / (evaluations_each * tensor_work(g_, k_)));
    worst_element worst(x_[slot].shape());
    std::vector<double> measured;
    const bool is_leaf = g_.is_leaf(g_.operands(k_)[i]);
    const auto at = numbers_of(x_[slot]);
    const auto test = [&](std::size_t e) {
      // It was told where it was born, or is meant, as in a mask.
      if (!std::isfinite(at[e]) && !is_leaf) return;
      auto a = p.test_element(e);
      if (!op.is_structural() && a.what != verdict::pass && a.what != verdict::kink)
        a = by_numbers(i, e, p.claimed(e), std::move(a));
      if (op.is_structural() && a.what == verdict::fail) a = around(i, e, p.claimed(e), std::move(a));
      measured.push_back(a.measured);
      worst.add(e, p.claimed(e), std::move(a));
    };
    if (n <= std::max<std::size_t>(std::min(small, affordable), 4)) {
      for (std::size_t e = 0; e < n; ++e) test(e);
    } else {
      std::mt19937_64 random(options_.seed + k_);
      const auto singles = std::clamp<std::size_t>(affordable, 2, 24);
      for (std::size_t s = 0; s < singles; ++s) test((s * n + random() % n) / singles);
      for (std::size_t d = 0; d < directions; ++d, ++count_.directions) {
        double claimed = 0;
        auto a = p.test_direction(0, n, claimed);
        if (a.what == verdict::pass) continue;
        if (a.what == verdict::fail) {
          test(p.find_wrong(0, n));
          break;
        }
        if (a.what == verdict::noisy) worst.add(n, claimed, std::move(a));
      }
    }
    count_.looked_at += worst.count(), count_.all += n;

    auto f = blank(i);
    worst.tell(f);
    if (f.what == verdict::fail && measured.size() == n) recognise(i, contribution, measured, f.detail);
    if (f.what == verdict::pass && op.is_structural()) {
      std::string method;
      if (auto words = check_other_rules(g_, k_, i, x_, y_, cotangent_, contribution, rounding_of_vjp(i, contribution), method);
          !words.empty())
        f.what = verdict::fail, f.method = std::move(method), f.detail = std::move(words);
    }
    findings_.push_back(std::move(f));
  }

  // An element of an operation on numbers that steps along the array do not show to be right is tested as numbers are, which knows
  // more of the operation; the vjp has to be the weighed sum of the derivatives there.
  auto by_numbers(int i, std::size_t element, double claimed, test_result by_steps) const -> test_result {
    const auto& op = *g_.op(k_);
    const auto n = static_cast<std::size_t>(y_.size());
    std::vector<std::vector<double>> x;
    for (const auto& o : x_) x.push_back(numbers_of(expand(o, y_.shape())));
    const auto& own = x_[static_cast<std::size_t>(i)];
    const auto place = numbers_of(expand(reshape(arange(own.size()), own.shape()), y_.shape()));
    const auto w = numbers_of(cotangent_);
    test_result out;
    double sum = 0, size = 0, measured = 0, error = 0;
    std::size_t uses = 0;
    for (std::size_t e = 0; e < n; ++e) {
      if (place[e] != static_cast<double>(element) || w[e] == 0) continue;
      if (++uses > most_uses) return by_steps;
      double at[max_arity]{};
      for (std::size_t j = 0; j < x.size(); ++j) at[j] = x[j][e];
      auto [rule, a] = test_at_numbers(g_, op, i, at, options_);
      sum += w[e] * rule, size += std::abs(w[e] * rule), measured += w[e] * a.measured, error += std::abs(w[e] * a.error);
      if (uses == 1 || (a.what != out.what && worse(a.what, out.what) == a.what)) out = std::move(a);
    }
    const bool is_same = std::abs(claimed - sum) <= options_.tolerance * size + 8 * std::numeric_limits<double>::denorm_min();
    if (uses == 0 || (std::isfinite(sum) && !is_same)) return by_steps;
    out.measured = measured, out.error = error;
    return out;
  }

  // Where several elements meet in a kink, as equal ones of which the largest is taken, a rule may follow any of the pieces that meet
  // there, for each element of the result another one. Where the pieces nearby know no bounds, nothing is known.
  auto around(int i, std::size_t element, double claimed, test_result a) const -> test_result {
    const auto slot = static_cast<std::size_t>(i);
    const auto w = numbers_of(cotangent_);
    std::vector<double> least(w.size()), most(w.size());
    uneven random(options_.seed + element);
    bool any = false;
    for (int sample = 0; sample < 16; ++sample) {
      std::vector<array> x;
      for (const auto& o : x_) x.push_back(o.is_floating() ? moved_a_little(o, random) : o);
      const auto at = numbers_of(x[slot])[element], h = exact_step(0x1p-26 * size_at(at));
      std::vector<double> y[2];
      try {
        for (const int side : {0, 1}) {
          x[slot].writable<double>()[element] = side == 0 ? at - h : at + h;
          y[side] = numbers_of(tensor_value(g_, k_, x));
        }
      } catch (const error&) {
        continue;
      }
      for (std::size_t e = 0; e < w.size(); ++e) {
        const auto slope = w[e] == 0 ? 0 : w[e] * (y[1][e] - y[0][e]) / (2 * h);
        if (!std::isfinite(slope)) continue;
        least[e] = any ? std::min(least[e], slope) : slope, most[e] = any ? std::max(most[e], slope) : slope;
      }
      any = true;
    }
    double low = 0, high = 0;
    for (std::size_t e = 0; e < w.size(); ++e) low += least[e], high += most[e];
    const auto size = std::max(std::abs(claimed), std::abs(a.measured)), reach = std::max(std::abs(low), std::abs(high));
    if (!(high - low > 1e-3 * size) || claimed < low - 1e-5 * reach || claimed > high + 1e-5 * reach) return a;
    const bool is_bounded = reach <= 100 * size;
    a.what = is_bounded ? verdict::kink : verdict::noisy, a.method = "nearby";
    if (is_bounded) a.measured = claimed, a.error = 1e-5 * reach;
    a.detail = fmt::format("slopes from {:.6g} to {:.6g} meet here", low, high);
    return a;
  }
  static auto size_at(double x) -> double { return std::abs(x) < std::numeric_limits<double>::min() ? 1 : std::abs(x); }
  static auto moved_a_little(const array& a, uneven& random) -> array {
    auto out = a.cast(float64).copy();
    for (auto& x : out.writable<double>()) x += random() * 0x1p-20 * size_at(x);
    return out;
  }

  // How much the vjp moves when everything it is made from moves by its last digits.
  auto rounding_of_vjp(int i, const array& contribution) const -> array {
    constexpr double little = 4 * epsilon, times = 64;
    const auto moved = [&](double by) {
      std::vector<array> x;
      for (const auto& o : x_) x.push_back(o.is_floating() ? jittered(o, by, x.size()) : o);
      return numbers_of(tensor_vjp(g_, k_, i, x, jittered(y_, by, 8), jittered(cotangent_, by, 9)));
    };
    std::vector<double> near, far;
    try {
      near = moved(little), far = moved(times * little);
    } catch (const error&) {
      return {};
    }
    const auto a = numbers_of(contribution);
    auto out = zeros(contribution.shape());
    auto to = out.writable<double>();
    for (std::size_t e = 0; e < to.size() && e < near.size() && e < far.size(); ++e) {
      const auto n = std::abs(near[e] - a[e]), f = std::abs(far[e] - a[e]);
      if (is_rounding(n, f, times, a[e])) to[e] = 4 * std::max(n, f / times);
    }
    return out;
  }

  // A wrong array that is right for another operand, or another arrangement of the right one.
  auto recognise(int i, const array& contribution, const std::vector<double>& measured, std::string& detail) const -> void {
    const array right(measured, x_[static_cast<std::size_t>(i)].shape());
    auto words = describe_array_mismatch(contribution, right);
    for (int j = 0; j < static_cast<int>(x_.size()) && words.empty(); ++j) {
      if (j == i || x_[static_cast<std::size_t>(j)].shape() != contribution.shape()) continue;
      try {
        if (all_close(contribution, tensor_vjp(g_, k_, j, x_, y_, cotangent_), 1e-9, 0))
          words = fmt::format("this is the derivative by operand {}: are the operands mixed up?", j);
      } catch (const error&) {}
    }
    if (!words.empty()) detail = words + (detail.empty() ? "" : "; " + detail);
  }

  const graph& g_;
  node_id k_;
  const check_options& options_;
  double effort_;
  element_count& count_;
  std::vector<array> x_;
  array y_, cotangent_;
  bool has_infinite_ = false;
  std::size_t infinite_ = 0;
  std::vector<finding> findings_;
};

}  // namespace

auto check_tensor_node(const graph& g, node_id k, const check_options& options, double effort, element_count& count)
    -> std::vector<finding> {
  return tensor_inspection(g, k, options, effort, count).run();
}

}  // namespace seegrad::detail
