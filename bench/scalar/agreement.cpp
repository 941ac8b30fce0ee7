#include "agreement.hpp"

#include "facts.hpp"
#include "random.hpp"
#include "runner.hpp"

#include <fmt/format.h>

#include <cmath>

namespace bench {
namespace {

constexpr double tolerance = 1e-10;

auto dot(std::span<const double> a, std::span<const double> b) -> double {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// |a - b| / |b| in the Euclidean norm. A single small component may lose digits by cancellation in any library; the
// gradient as a whole may not.
auto distance(std::span<const double> a, std::span<const double> b) -> double {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / dot(b, b));
}

// The slope in a direction, by central differences of fourth order. It is compared with the gradient, because libraries that
// agree might still agree on a wrong answer. The step h should change the function by about a thousandth.
auto slope(const facts& kernel, std::span<const double> direction, double h) -> double {
  const auto at = [&](double step) {
    std::vector<double> moved(kernel.inputs.begin(), kernel.inputs.end());
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += step * direction[i];
    return kernel.value(moved);
  };
  return (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
}

// Each input moves by a random part of its size, towards growth of the function, so that nothing cancels in the slope.
auto uphill(std::span<const double> x, std::span<const double> gradient) -> std::vector<double> {
  auto direction = generator(99).uniforms(x.size(), 0.1, 1.0);
  for (std::size_t i = 0; i < x.size(); ++i) direction[i] *= std::copysign(x[i], gradient[i]);
  return direction;
}

}  // namespace

auto disagreement(std::size_t k) -> std::string {
  const auto& kernel = all_facts()[k];
  const double value = kernel.value(kernel.inputs);
  std::vector<double> first;
  std::string first_name;
  for (const auto& one : enrolled_for(k)) {
    const auto name = one.variant.empty() ? std::string(one.library) : fmt::format("{} ({})", one.library, one.variant);
    std::vector<double> gradient(kernel.inputs.size(), std::nan(""));
    const auto library = one.make();
    double y = library->run(gradient);
    // Once more: what a run leaves behind must not get into the next one.
    std::fill(gradient.begin(), gradient.end(), std::nan(""));
    y = library->run(gradient);
    // The comparisons are written so that a number which is not finite counts as different.
    if (!(std::abs(y - value) <= tolerance * std::abs(value)))
      return fmt::format("{}: the value of {} is {:.17g}, in plain double it is {:.17g}", kernel.name, name, y, value);
    if (!library->differentiates()) continue;
    if (first.empty()) {
      first = gradient;
      first_name = name;
      const auto direction = uphill(kernel.inputs, gradient);
      const double found = dot(gradient, direction);
      const double expected = slope(kernel, direction, 1e-3 * std::min(1.0, std::abs(y / found)));
      if (!(std::abs(found - expected) <= 1e-5 * std::abs(expected)))
        return fmt::format("{}: the slope by the gradient of {} is {:.12g}, by finite differences {:.12g}", kernel.name, name,
                           found, expected);
    } else if (const double apart = distance(gradient, first); !(apart <= tolerance)) {
      return fmt::format("{}: the gradients of {} and {} are {:.1e} apart", kernel.name, name, first_name, apart);
    }
  }
  return {};
}

}  // namespace bench
