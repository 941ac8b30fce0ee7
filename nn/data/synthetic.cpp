#include <nn/data/synthetic.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <vector>

namespace seegrad::nn {
namespace {

constexpr auto pi = std::numbers::pi;

auto require(index_t samples, double noise, dtype type, const char* who) -> void {
  if (samples < 0 || samples > index_t{1} << 32)
    throw error(fmt::format("{}: {} samples; 0 or more are wanted, and at most 2^32", who, samples));
  if (!(noise >= 0) || !std::isfinite(noise))
    throw error(fmt::format("{}: the noise {} is no deviation; it must not be negative", who, noise));
  if (!is_floating(type)) throw error(fmt::format("{}: {} is not a floating-point type", who, name_of(type)));
}
auto require_classes(index_t classes, const char* who) -> void {
  if (classes < 1) throw error(fmt::format("{}: {} classes; 1 or more are wanted", who, classes));
}

auto noise_of(generator& g, index_t n, double deviation) -> std::vector<double> {
  return normal(g, {n}, 0, deviation).to_vector<double>();
}

// Number i of n from first to last, both met; first if n is 1.
auto even(double first, double last, index_t i, index_t n) -> double {
  return n == 1 ? first : first + (last - first) * static_cast<double>(i) / static_cast<double>(n - 1);
}

// put(class, i of n in the class, row) for each sample.
template <class F>
auto by_class(index_t samples, index_t classes, index_t features, dtype type, F put) -> dataset {
  std::vector<double> x(static_cast<std::size_t>(samples * features));
  std::vector<std::int64_t> y;
  for (index_t c = 0; c < std::min(classes, samples); ++c) {
    const auto n = samples / classes + (c < samples % classes ? 1 : 0);
    for (index_t i = 0; i < n; ++i) {
      put(c, i, n, x.data() + static_cast<index_t>(y.size()) * features);
      y.push_back(c);
    }
  }
  return {array(x, {samples, features}).cast(type), array(y)};
}

template <class F>
auto curve(const array& x, const std::vector<double>& noise, dtype type, F f) -> dataset {
  auto y = x.to_vector<double>();
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = f(y[i]) + noise[i];
  return {x, array(y, x.shape()).cast(type)};
}

}  // namespace

auto moons(generator& g, index_t samples, double noise, dtype type) -> dataset {
  require(samples, noise, type, "moons");
  const auto e = noise_of(g, 2 * samples, noise);
  auto next = e.begin();
  return by_class(samples, 2, 2, type, [&](index_t c, index_t i, index_t n, double* row) {
    const auto t = even(0, pi, i, n);
    row[0] = (c == 0 ? std::cos(t) : 1 - std::cos(t)) + *next++;
    row[1] = (c == 0 ? std::sin(t) : 0.5 - std::sin(t)) + *next++;
  });
}

auto spirals(generator& g, index_t samples, index_t classes, double noise, dtype type) -> dataset {
  require(samples, noise, type, "spirals");
  require_classes(classes, "spirals");
  const auto e = noise_of(g, samples, noise);
  auto next = e.begin();
  return by_class(samples, classes, 2, type, [&](index_t c, index_t i, index_t n, double* row) {
    const auto r = even(0, 1, i, n);
    const auto t = 2 * pi * static_cast<double>(c) / static_cast<double>(classes) + even(0, 4, i, n) + *next++;
    row[0] = r * std::sin(t), row[1] = r * std::cos(t);
  });
}

auto planar_flower(generator& g, index_t samples, double noise, index_t petals, dtype type) -> dataset {
  require(samples, noise, type, "planar_flower");
  if (petals < 1) throw error(fmt::format("planar_flower: {} petals; 1 or more are wanted", petals));
  const auto e = noise_of(g, 2 * samples, noise);
  auto next = e.begin();
  return by_class(samples, 2, 2, type, [&](index_t c, index_t i, index_t n, double* row) {
    const auto start = 3.12 * static_cast<double>(c);
    const auto t = even(start, start + 3.12, i, n) + *next++;
    const auto r = 4 * std::sin(static_cast<double>(petals) * t) + *next++;
    row[0] = r * std::sin(t), row[1] = r * std::cos(t);
  });
}

auto blobs(generator& g, index_t samples, const array& centres, double noise, dtype type) -> dataset {
  require(samples, noise, type, "blobs");
  if (centres.rank() != 2 || centres.shape()[0] == 0)
    throw error(fmt::format("blobs: centres of shape {}; [classes, features] is wanted", to_string(centres.shape())));
  const auto features = centres.shape()[1];
  const auto at = centres.to_vector<double>();
  const auto e = noise_of(g, samples * features, noise);
  auto next = e.begin();
  return by_class(samples, centres.shape()[0], features, type, [&](index_t c, index_t, index_t, double* row) {
    for (index_t f = 0; f < features; ++f) row[f] = at[static_cast<std::size_t>(c * features + f)] + *next++;
  });
}

auto random_labels(generator& g, index_t samples, index_t classes) -> array {
  require(samples, 0, float64, "random_labels");
  require_classes(classes, "random_labels");
  return randint(g, {samples}, 0, classes);
}

auto sine_curve(generator& g, index_t samples, double noise, double from, double to, dtype type) -> dataset {
  require(samples, noise, type, "sine_curve");
  const auto x = uniform(g, {samples, 1}, from, to, type);
  return curve(x, noise_of(g, samples, noise), type, [](double v) { return std::sin(v); });
}

auto nielsen_curve(generator& g, index_t samples, double noise, dtype type) -> dataset {
  require(samples, noise, type, "nielsen_curve");
  const auto x = rand(g, {samples, 1}, type);
  return curve(x, noise_of(g, samples, noise), type,
               [](double v) { return 0.2 + 0.4 * v * v + 0.3 * v * std::sin(15 * v) + 0.05 * std::cos(50 * v); });
}

}  // namespace seegrad::nn
