#pragma once
// The differential equation of cmpad and GradBench by the classical Runge-Kutta method: y[0]' = x[0], y[i]' = x[i] y[i-1], from zeros. In each
// step four more of the y come to life; the others are zeros that were computed, and most of the graph is theirs.

#include "../scalar/random.hpp"

#include <span>

namespace bench {

struct ode {
  static constexpr double end = 2.0;
  std::size_t n, steps;
  std::vector<double> inputs, weights;

  ode(std::size_t n, std::size_t steps)
      : n(n), steps(steps), inputs(generator(25).uniforms(n, 0.5, 1.5)), weights(generator(26).uniforms(n, 0.5, 1.5)) {}

  template <class T>
  static auto slope(std::span<const T> x, const std::vector<T>& y, std::vector<T>& k) -> void {
    k[0] = x[0];
    for (std::size_t i = 1; i < y.size(); ++i) k[i] = x[i] * y[i - 1];
  }

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    const double h = end / static_cast<double>(steps);
    std::vector<T> y(n, T(0.0)), between(n), k1(n), k2(n), k3(n), k4(n);
    const auto move = [&](const std::vector<T>& k, double by) {
      for (std::size_t i = 0; i < n; ++i) between[i] = y[i] + by * k[i];
    };
    for (std::size_t step = 0; step < steps; ++step) {
      slope(x, y, k1);
      move(k1, 0.5 * h);
      slope(x, between, k2);
      move(k2, 0.5 * h);
      slope(x, between, k3);
      move(k3, h);
      slope(x, between, k4);
      for (std::size_t i = 0; i < n; ++i) y[i] += h * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]) * (1.0 / 6.0);
    }
    T sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += weights[i] * y[i];
    return sum;
  }
};

}  // namespace bench
