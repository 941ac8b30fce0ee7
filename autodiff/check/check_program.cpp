#include <autodiff/check/check_program.hpp>

#include <cmath>

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
  auto report = check(recorded, claims_of(p, x), x, options);
  report.whose = "gradient of the program";
  return report;
}

}  // namespace seegrad
