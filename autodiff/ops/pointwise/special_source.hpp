#pragma once
// digamma and polygamma as C++ that needs <cmath> alone, for programs that have neither this library nor Boost.Math (see `cpp` in
// ops/definition/paragraph.hpp). The method: asymptotic series beyond a shift of the argument, Abramowitz and Stegun, Handbook of
// Mathematical Functions (1964), 6.3.5, 6.3.18, 6.4.10; below 0 by the series over all whole numbers.

#include <string_view>

namespace seegrad::detail {

// Between 0 and 10 every part of ψ(z) - ψ(root) is written as a multiple of z - root, so that nothing is lost near the root.
inline constexpr std::string_view digamma_source = R"([](double z) {
  if (std::isnan(z) || (z <= 0 && z == std::floor(z)) || z == -std::numeric_limits<double>::infinity())
    return std::numeric_limits<double>::quiet_NaN();
  double mirrored = 0;
  if (z < 0) {
    const double part = -z - std::floor(-z), pi = 3.141592653589793;
    mirrored = pi / std::tan(pi * (part > 0.5 ? part - 1 : part));
    z = 1 - z;
  }
  constexpr double series[] = {-3617.0 / 8160, 1.0 / 12, -691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252, -1.0 / 120, 1.0 / 12};
  double p = 0, q = 0;
  if (z >= 10) {
    const double u = 1 / (z * z);
    for (const double s : series) p = p * u + s;
    return mirrored + (std::log(z) - 0.5 / z - p * u);
  }
  const double root = 1.4616321449683622, d = (z - root) - 9.5499954299656977e-17, far_z = z + 10, far_root = root + 10;
  const double u = 1 / (far_z * far_z), v = 1 / (far_root * far_root);
  for (const double s : series) q = q * u + p, p = p * v + s;
  q = q * u + p;
  double sum = 0.5 / (far_z * far_root);
  for (int k = 9; k >= 0; --k) sum += 1 / ((root + k) * (z + k));
  return mirrored + (d * (sum + q * ((far_z + far_root) * u * v)) + std::log1p(d / far_root));
}(x))";

// n! times the sum of (t + k) to the power -n - 1: term by term at first, and the rest by Euler's and Maclaurin's formula.
inline constexpr std::string_view polygamma_source = R"(a == 0 ? digamma_value(b) : [](double n, double z) {
  if (std::isnan(z) || (z <= 0 && z == std::floor(z)) || !(n >= 1 && n <= 1000) || n != std::floor(n))
    return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(z)) return 0.0;
  const auto size = [n](double t) {
    double sum = 0, term = 1, k = 0;
    for (; t + k < n + 20 && term > 1e-20 * sum; ++k) sum += term = std::pow((t + k) / t, -n - 1);
    const double far = t + k;
    double rest = 0;
    if (far >= n + 20) {
      constexpr double bernoulli[] = {1.0 / 6, -1.0 / 30,      1.0 / 42, -1.0 / 30,     5.0 / 66,
                                      -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330};
      double factor = 1, j = 0;
      rest = 1 + n / (2 * far);
      for (const double number : bernoulli) {
        factor *= (n + j) / (j + 1) * ((n + j + 1) / (j + 2)) / far / far;
        rest += number * factor;
        j += 2;
      }
      rest *= std::pow(far / t, -n);
    }
    const double power = std::pow(t, -n), limit = std::numeric_limits<double>::min();
    return (n < 170 && power >= limit ? std::tgamma(n) * power : std::exp(std::lgamma(n) - n * std::log(t))) * (n / t * sum + rest);
  };
  const double sign = std::fmod(n, 2) == 0 ? -1 : 1;
  if (z > 0) return sign * size(z);
  const double part = -z - std::floor(-z);
  return sign * size(1 - part) + (size(part) - size(1 - z));
}(a, b))";

}  // namespace seegrad::detail
