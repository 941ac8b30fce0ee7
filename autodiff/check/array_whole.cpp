// The gradient as a whole, in a graph with arrays: against replays in double precision and against the forward sweep.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/check/double_precision.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/check/probe.hpp>
#include <autodiff/check/tensor_check.hpp>
#include <autodiff/check/whole_failure.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/forward.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double replays_each = 16;
constexpr std::size_t directions = 4;

class whole_of_arrays {
 public:
  whole_of_arrays(const graph& g, node_id y, const array& seed, std::span<const array> adjoints, const check_options& options,
                  check_report& report, bool adds_up)
      : g_(g),
        y_(y),
        seed_(in_double(seed)),
        adjoints_(adjoints.begin(), adjoints.end()),
        options_(options),
        report_(report),
        adds_up_(adds_up),
        replay_(g, y, leading_to(g, y)) {
    for (node_id k = 0; k <= y; ++k) {
      if (!replay_.used(k)) continue;
      if (g.is_input(k)) inputs_.push_back(k), report.by.push_back(name_of(g, k));
      is_float_ = is_float_ || (g.is_tensor(k) && g.tensor_node_at(k).value.type() == float32);
    }
    const auto now = numbers_of(replay_.last()), then = numbers_of(g.array_value(y));
    double largest = 0, off = 0;
    for (std::size_t e = 0; e < now.size(); ++e)
      if (std::isfinite(now[e])) largest = std::max(largest, std::abs(now[e])), off = std::max(off, std::abs(now[e] - then[e]));
    stale_ = off > (is_float_ ? 1e-2 : 1e-8) * largest;
  }

  auto run() -> void {
    if (inputs_.empty()) return;
    // What was recorded in float has a gradient in float, off by more than differences allow; so the same rules run in double.
    if (is_float_) compare_with_double();
    find_rounding();
    against_forward_sweep();
    probe p = make_probe();
    p.direction_scale = 0x1p-9;
    p.most_evaluations = static_cast<std::size_t>(20 * static_cast<double>(options_.effort) / (replay_.work() + 1)) + 64;
    std::vector<worst_element> worst;
    for (const auto k : inputs_) worst.emplace_back(g_.array_value(k).shape());
    const auto n = p.size();
    const auto affordable =
        static_cast<std::size_t>(static_cast<double>(options_.effort) / (replays_each * (replay_.work() + 1)));
    const auto test = [&](std::size_t e) {
      const auto v = p.variable_of(e);
      worst[v].add(e - p.begin_of(v), p.claimed(e), p.test_element(e));
    };
    if (n <= std::max<std::size_t>(affordable, 4)) {
      for (std::size_t e = 0; e < n; ++e) test(e);
    } else {
      sample(p, std::clamp<std::size_t>(affordable / 2, 2, 32), test);
    }
    for (std::size_t v = 0; v < inputs_.size(); ++v)
      if (worst[v].count() > 0) add(inputs_[v], worst[v]);
  }

 private:
  // How far rounding carries the gradient, whatever is left of it: where contributions cancel, or a matrix has nearly equal eigenvalues,
  // that is much more than the last digit of what is left.
  auto find_rounding() -> void {
    constexpr double little = 16 * epsilon, times = 64;
    const auto exact = replay_.adjoints(seed_), near = replay_.adjoints(seed_, little),
               far = replay_.adjoints(seed_, times * little);
    for (const auto k : inputs_) {
      auto& off = rounding_.emplace_back(static_cast<std::size_t>(g_.array_value(k).size()));
      if (exact[k].is_null() || near[k].is_null() || far[k].is_null()) continue;
      const auto a = numbers_of(exact[k]), b = numbers_of(near[k]), c = numbers_of(far[k]);
      double largest = 0;
      for (std::size_t e = 0; e < off.size(); ++e) {
        const auto n = std::abs(b[e] - a[e]), f = std::abs(c[e] - a[e]);
        if (is_rounding(n, f, times, a[e])) off[e] = std::max(n, f / times);
        largest = std::max(largest, off[e]);
      }
      for (double& v : off) v = 8 * std::max(v, 0.01 * largest);
    }
  }

  auto make_probe() -> probe {
    std::vector<variable> variables;
    double noise = 0;
    for (node_id k = 0; k <= y_; ++k)
      if (replay_.used(k) && !g_.is_leaf(k) && !adjoints_[k].is_null()) {
        // The last digit of every value on the way is uncertain; the adjoints say how much of that arrives at y.
        const auto a = numbers_of(adjoints_[k]), x = numbers_of(replay_.at(k));
        for (std::size_t e = 0; e < std::min(a.size(), x.size()); ++e)
          if (const auto d = 2 * epsilon * a[e] * x[e]; std::isfinite(d)) noise = std::hypot(noise, d);
      }
    for (std::size_t v = 0; v < inputs_.size(); ++v) {
      const auto& at = g_.array_value(inputs_[v]);
      const auto& adjoint = adjoints_[inputs_[v]];
      variables.push_back({at, adjoint.is_null() ? zeros(at.shape()) : adjoint, array(rounding_[v], at.shape())});
    }
    return {std::move(variables),
            [this](std::span<const std::size_t> changed, std::span<const array> values) {
              std::vector<node_id> ids;
              for (auto v : changed) ids.push_back(inputs_[v]);
              return replay_.with(ids, values);
            },
            replay_.last(),
            seed_,
            options_,
            noise};
  }
  template <class F>
  auto sample(probe& p, std::size_t singles, F test) -> void {
    const auto n = p.size();
    report_.remarks.push_back(
        fmt::format("inputs of {} elements: {} of them were checked one by one, and all together along {} random directions", n,
                    singles, directions));
    std::mt19937_64 random(options_.seed);
    for (std::size_t i = 0; i < singles; ++i) test((i * n + random() % n) / singles);
    for (std::size_t i = 0; i < directions; ++i) {
      double claimed = 0;
      auto a = p.test_direction(0, n, claimed);
      if (a.what == verdict::fail) return test(p.find_wrong(0, n));
      worst_element along({});
      along.add(0, claimed, std::move(a));
      add(y_, along);
      report_.findings.back().operation = "direction", report_.findings.back().parameters.clear();
    }
  }

  auto add(node_id k, const worst_element& worst) -> void {
    auto f = finding_at(g_, k);
    worst.tell(f);
    f.method = "whole gradient";
    if (f.what == verdict::fail) {
      const auto moved = departures(k, worst.at());
      f.what = whole_failure{adds_up_, stale_, moved}.explain(g_, report_, f.detail);
    }
    ++report_.whole[static_cast<std::size_t>(f.what)];
    report_.findings.push_back(std::move(f));
  }

  // As for numbers, over a step of one element of an input.
  auto departures(node_id input, std::size_t element) -> std::vector<departure> {
    std::vector<departure> out;
    if (!g_.is_input(input)) return out;
    for (const double step : {0x1p-20, -0x1p-20}) {
      auto moved = replay_.at(input).cast(float64).copy();
      auto& x = moved.writable<double>()[element];
      x += step * (x == 0 ? 1 : std::abs(x));
      replay_.with({&input, 1}, {&moved, 1});
      const auto now = replay_.moved();
      for (node_id k = 0; k <= y_; ++k) {
        if (!replay_.used(k) || g_.is_leaf(k) || now[k].is_null() || adjoints_[k].is_null()) continue;
        double along = 0, ignored = 0, beyond = dot_of_change(adjoints_[k], now[k], replay_.at(k), ignored);
        const node_of_arrays before(g_, k, [&](node_id o) { return replay_.at(o); });
        before.each_vjp(replay_.at(k), in_double(adjoints_[k]), [&](int, node_id o, const array& contribution) {
          if (!now[o].is_null()) beyond -= dot_of_change(contribution, now[o], replay_.at(o), along);
        });
        out.push_back({k, beyond, along});
      }
    }
    return out;
  }
  static auto dot_of_change(const array& weights, const array& now, const array& then, double& size) -> double {
    const auto w = numbers_of(weights), a = numbers_of(now), b = numbers_of(then);
    double sum = 0;
    for (std::size_t e = 0; e < w.size(); ++e)
      if (a[e] != b[e]) sum += w[e] * (a[e] - b[e]), size += std::abs(w[e] * (a[e] - b[e]));
    return sum;
  }

  auto compare_with_double() -> void {
    auto in_double = replay_.adjoints(seed_);
    double worst = 0;
    node_id where = inputs_[0];
    for (const auto k : inputs_) {
      if (in_double[k].is_null() || adjoints_[k].is_null()) continue;
      const auto a = numbers_of(adjoints_[k]), b = numbers_of(in_double[k]);
      double largest = 0, difference = 0;
      for (std::size_t e = 0; e < std::min(a.size(), b.size()); ++e)
        if (std::isfinite(b[e]))
          largest = std::max(largest, std::abs(b[e])), difference = std::max(difference, std::abs(a[e] - b[e]));
      if (largest > 0 && difference > worst * largest) worst = difference / largest, where = k;
    }
    report_.remarks.push_back(fmt::format(
        "recorded in float32 and checked in double: the gradient in float32 differs by {:.1e} of its largest element at most, in that by {}",
        worst, name_of(g_, where)));
    // The steps of the sweep in float32 have been compared one by one already; where they pass and add up, this is their rounding.
    adjoints_ = std::move(in_double);
  }

  // Both sweeps use the same rules, so that a difference can only come from adding up, or from an operation that is not as linear
  // as it says.
  auto against_forward_sweep() -> void {
    if (is_float_) return;
    std::vector<tensor> xs;
    std::vector<array> v;
    double sum = 0, size = 0, rounding = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const auto k = inputs_[i];
      xs.push_back(tensor_handle(k));
      auto direction = array::uninitialized(float64, xs.back().shape());
      uneven random(options_.seed + k);
      for (auto& d : direction.writable<double>()) d = random();
      v.push_back(direction);
      if (adjoints_[k].is_null()) continue;
      const auto a = numbers_of(adjoints_[k]), d = numbers_of(direction);
      for (std::size_t e = 0; e < a.size(); ++e)
        sum += a[e] * d[e], size += std::abs(a[e] * d[e]), rounding += rounding_[i][e] * std::abs(d[e]);
    }
    if (!std::isfinite(sum)) return;
    double forward = 0, forward_size = 0;
    try {
      const auto change = numbers_of(jvp(tensor_handle(y_), xs, v)), w = numbers_of(seed_);
      for (std::size_t e = 0; e < w.size(); ++e)
        if (w[e] != 0) forward += w[e] * change[e], forward_size += std::abs(w[e] * change[e]);
    } catch (const error& e) {
      report_.remarks.push_back(fmt::format("the forward sweep was not compared: {}", e.what()));
      return;
    }
    const auto allowed = 1e-9 * (size + forward_size) + rounding + 1e-300;
    if (!std::isfinite(forward) || std::abs(forward - sum) <= allowed) return;
    const bool known = report_.local[static_cast<std::size_t>(verdict::fail)] > 0;
    if (!known) adds_up_ = false;
    auto f = finding_at(g_, y_);
    f.what = verdict::fail, f.operation = "direction", f.parameters.clear(), f.method = "dot product";
    f.claimed = sum, f.measured = forward, f.difference = std::abs(sum - forward), f.error_estimate = allowed;
    f.detail = "the forward sweep along a random direction disagrees with the gradient";
    ++report_.whole[static_cast<std::size_t>(f.what)];
    report_.findings.push_back(std::move(f));
  }

  const graph& g_;
  node_id y_;
  array seed_;
  std::vector<array> adjoints_;
  const check_options& options_;
  check_report& report_;
  bool adds_up_, stale_ = false, is_float_ = false;
  double_replay replay_;
  std::vector<node_id> inputs_;
  std::vector<std::vector<double>> rounding_;  // of the gradient by each
};

}  // namespace

auto check_whole(const graph& g, node_id y, std::span<const array> adjoints, const array& seed, const check_options& options,
                 check_report& report, bool adds_up) -> void {
  whole_of_arrays(g, y, seed, adjoints, options, report, adds_up).run();
}

}  // namespace seegrad::detail
