#include <autodiff/check/check_program.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

/// What the program says of the derivatives at x: alone, or where that is something else, among other points.
auto claims_of(const program& p, const std::vector<double>& x) -> std::vector<double> {
  constexpr std::size_t points = 9;  // more than a register has
  std::vector<double> slopes(x.size()), values(p.results()), weights(p.results(), 1.0);
  p.vjp(x, weights, slopes, values);
  if (p.results() != 1) return slopes;
  std::vector<double> all, many(points), among(points * x.size());
  for (std::size_t k = 0; k < points; ++k) all.insert(all.end(), x.begin(), x.end());
  p.values_and_gradients_at(all, many, among);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double other = among[(points - 1) * x.size() + i];
    if (!(std::abs(other - slopes[i]) <= 1e-10 * std::abs(slopes[i])) &&
        (std::isnan(other) != std::isnan(slopes[i]) || !std::isnan(other)))
      slopes[i] = other;
  }
  return slopes;
}

}  // namespace

auto check(const program& p, const std::vector<double>& x, const check_options& options) -> check_report {
  const auto recorded = [&p](const std::vector<scalar>& at) {
    scalar sum = 0;
    for (const auto& y : p.record(at)) sum = sum + y;
    return sum;
  };
  // Differences are of that record, in which what stop_gradient gave stays as it was.
  graph g;
  const auto in = inputs(x);
  const auto y = recorded(in);
  std::vector<node_id> from(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) from[i] = g.id(in[i].ref(), "check");
  const auto moved = [&](const std::vector<double>& at) {
    return y.is_constant() ? y.value() : detail::replay_recorded_branch(g, g.id(y.ref(), "check"), from, at).back();
  };
  auto report = detail::check_by_hand({recorded, moved}, claims_of(p, x), x, options);
  report.whose = "gradient of the program";
  return report;
}

auto check(const array_program& p, std::span<const array> x, const check_options& options) -> check_report {
  graph g;
  std::vector<tensor> in;
  for (const auto& a : x) in.push_back(is_floating(a.type()) ? input(a, fmt::format("x[{}]", in.size())) : tensor(a));
  tensor total = 0.0;
  std::vector<array> seeds;
  for (const auto& y : p.record(in)) {
    seeds.push_back(is_floating(y.type()) ? ones(y.shape(), y.type()) : array());
    if (is_floating(y.type())) total = total + sum(y);
  }
  const auto a = reverse(total);
  std::vector<array> adjoints(g.size());
  for (node_id k = 0; k < g.size(); ++k) {
    if (a.state(k) != adjoint_state::number) continue;
    adjoints[k] = g.is_tensor(k) ? a.whole(k) : array(a.number(k));
  }
  const auto slopes = p.vjp(x, seeds).second;
  for (std::size_t i = 0; i < slopes.size(); ++i)
    if (!in[i].is_constant()) adjoints[g.id(in[i].ref(), "check")] = slopes[i];
  adjoints.resize(g.id(total.ref(), "check") + 1);
  auto report = check_adjoints(total, adjoints, options);
  report.whose = "gradient of the program";
  return report;
}

}  // namespace seegrad
