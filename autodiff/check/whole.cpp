#include <autodiff/check/parts.hpp>

#include <algorithm>
#include <autodiff/check/whole_failure.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/forward.hpp>
#include <autodiff/run/replay.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t replays_each = 32;  // about what one derivative takes
constexpr std::size_t directions = 4;
constexpr std::string_view forward_sweep = "dot product";

class whole {
 public:
  whole(const graph& g, node_id y, std::span<const double> adjoints, const check_options& options, check_report& report,
        bool adds_up)
      : g_(g), y_(y), adjoints_(adjoints), options_(options), report_(report), uneven_(options.seed), adds_up_(adds_up) {
    const auto used = leading_to(g, y);
    rounding_ = rounding_of_adjoints(g, y, used);
    for (node_id k = 0; k <= y; ++k) {
      if (used[k] && g.is_input(k)) inputs_.push_back(k), report.by.push_back(name_of(g, k));
      // The last digit of every value on the way is uncertain; the adjoints say how much of that arrives at y.
      if (const auto e = epsilon * adjoints[k] * g.value(k); used[k] && !g.is_leaf(k) && std::isfinite(e))
        noise_ = std::hypot(noise_, 2 * e);
    }
    value_ = replay_recorded_branch(g, y, {}, {}).back();
    stale_ = std::abs(value_ - g.value(y)) > 1e-9 * std::abs(value_) + 64 * noise_;
  }

  auto run() -> void {
    against_forward_sweep();
    const auto affordable = options_.effort / (replays_each * (std::size_t{y_} + 1));
    if (inputs_.size() <= std::max<std::size_t>(affordable, 4)) {
      for (const auto k : inputs_) by_input(k);
    } else {
      sample(std::clamp<std::size_t>(affordable / 2, 2, 32));
    }
  }

 private:
  using subset = std::span<const node_id>;

  auto spent() const -> bool { return replays_ * (std::size_t{y_} + 1) > 5 * options_.effort; }

  auto by_input(node_id k, bool at_any_cost = false) -> void {
    const double x = g_.value(k);
    auto f = [&](double t) { return ++replays_, replay_recorded_branch(g_, y_, {&k, 1}, {&t, 1}).back(); };
    const claim c{.f = f,
                  .x = x,
                  .value = value_,
                  .claimed = adjoints_[k],
                  .tolerance = options_.tolerance,
                  .noise = noise_,
                  .round_off = rounding_[k],
                  .spacing = spacing_at(x),
                  .coarse = 8 * spacing_at(x) >= 1};
    test_result a;
    if (!test_quickly(c, a)) {
      if (at_any_cost || !spent()) a = test_fully(c);
      else a.detail = "not measured: check_options::effort is used up";
    }
    add(k, adjoints_[k], a);
  }

  // The derivative along a direction in which all of `some` move, each in proportion to its own size.
  auto along(subset some, double& claimed) -> test_result {
    std::vector<double> step, x(some.size());
    double round_off = 0;
    claimed = 0;
    for (const auto k : some) {
      step.push_back(uneven_() * (g_.value(k) == 0 ? 1 : std::abs(g_.value(k))));
      claimed += adjoints_[k] * step.back(), round_off += rounding_[k] * std::abs(step.back());
    }
    auto f = [&](double t) {
      for (std::size_t i = 0; i < some.size(); ++i) x[i] = g_.value(some[i]) + t * step[i];
      return ++replays_, replay_recorded_branch(g_, y_, some, x).back();
    };
    return test_fully({.f = f,
                       .x = 0,
                       .value = value_,
                       .claimed = claimed,
                       .tolerance = options_.tolerance,
                       .noise = noise_,
                       .round_off = round_off});
  }

  // Too many inputs to go through: some of them alone, all of them along a few directions, and the wrong one by halving.
  auto sample(std::size_t singles) -> void {
    report_.remarks.push_back(
        fmt::format("{} inputs: {} of them were checked one by one, and all together along {} random directions", inputs_.size(),
                    singles, directions));
    std::mt19937_64 random(options_.seed);
    for (std::size_t i = 0; i < singles; ++i) by_input(inputs_[(i * inputs_.size() + random() % inputs_.size()) / singles]);
    for (std::size_t i = 0; i < directions; ++i) {
      double claimed = 0;
      subset some = inputs_;
      auto a = along(some, claimed);
      if (a.what == verdict::fail) {
        while (some.size() > 1) {
          const auto left = some.first(some.size() / 2), right = some.subspan(some.size() / 2);
          some = along(left, claimed).what == verdict::fail ? left : right;
        }
        return by_input(some[0], true);
      }
      add(y_, claimed, a);
      report_.findings.back().operation = "direction";
    }
  }

  auto add(node_id k, double claimed, test_result a) -> void {
    if (a.what == verdict::fail && a.method != forward_sweep) {
      const auto moved = departures(k);
      a.what = whole_failure{adds_up_, stale_, moved}.explain(g_, report_, a.detail);
    }
    ++report_.whole[static_cast<std::size_t>(a.what)];
    auto f = finding_at(g_, k);
    f.what = a.what;
    f.claimed = claimed, f.measured = a.measured, f.error_estimate = a.error, f.difference = std::abs(claimed - a.measured);
    f.method = "whole gradient";
    f.detail = std::move(a.detail);
    report_.findings.push_back(std::move(f));
  }

  // Over a step of an input, y moves by its gradient and by what each operation moves beyond its own derivative, times its adjoint.
  auto departures(node_id input) const -> std::vector<departure> {
    std::vector<departure> out;
    if (!g_.is_input(input)) return out;
    const double x = g_.value(input);
    for (const double step : {0x1p-20, -0x1p-20}) {
      const double moved = x + step * (x == 0 ? 1 : std::abs(x));
      const auto now = replay_recorded_branch(g_, y_, {&input, 1}, {&moved, 1});
      for (node_id k = 0; k <= y_; ++k) {
        if (g_.is_leaf(k) || adjoints_[k] == 0) continue;
        bool moves = false;
        double along = 0, beyond = now[k] - g_.value(k);
        node_of_numbers(g_, k).each_vjp(1.0, [&](node_id o, double slope) {
          if (const auto d = now[o] - g_.value(o); d != 0) {
            const auto linear = slope * d;
            beyond -= linear, along += std::abs(linear), moves = true;
          }
        });
        if (moves) out.push_back({k, beyond * adjoints_[k], along * std::abs(adjoints_[k])});
      }
    }
    return out;
  }

  // Both sweeps use the same rules, so that a difference can only come from adding up.
  auto against_forward_sweep() -> void {
    std::vector<scalar> xs;
    std::vector<double> v;
    double sum = 0, allowed = 0;
    for (const auto k : inputs_) {
      if (!std::isfinite(adjoints_[k]) || !std::isfinite(rounding_[k])) return;
      xs.push_back(handle(k)), v.push_back(uneven_());
      sum += adjoints_[k] * v.back(),
          allowed += 4 * rounding_[k] * std::abs(v.back()) + 1e-12 * std::abs(adjoints_[k] * v.back());
    }
    const auto forward = jvp(handle(y_), xs, v);
    if (!std::isfinite(forward) || std::abs(forward - sum) <= allowed) return;
    adds_up_ = false;
    add(y_, sum,
        {verdict::fail, forward, allowed, forward_sweep.data(),
         "the forward sweep along a random direction disagrees with the gradient"});
    auto& f = report_.findings.back();
    f.method = forward_sweep, f.operation = "direction";
  }

  const graph& g_;
  node_id y_;
  std::span<const double> adjoints_;
  const check_options& options_;
  check_report& report_;
  uneven uneven_;
  bool adds_up_ = true, stale_ = false;
  std::vector<node_id> inputs_;
  std::vector<double> rounding_;
  double noise_ = 0, value_ = 0;
  std::size_t replays_ = 0;
};

}  // namespace

auto check_whole(const graph& g, node_id y, std::span<const double> adjoints, const check_options& options, check_report& report,
                 bool adds_up) -> void {
  whole(g, y, adjoints, options, report, adds_up).run();
}

}  // namespace seegrad::detail
