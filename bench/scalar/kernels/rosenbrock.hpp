#pragma once
// Rosenbrock's function in its chained form: cheap arithmetic only, so that nothing but the recording costs.

#include "../random.hpp"

#include <span>

namespace bench {

struct rosenbrock {
  std::vector<double> inputs;

  explicit rosenbrock(std::size_t n) : inputs(generator(3).uniforms(n, -1.5, 1.5)) {}

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    T sum = 0.0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const T valley = x[i + 1] - x[i] * x[i];
      const T slope = 1.0 - x[i];
      sum += 100.0 * (valley * valley) + slope * slope;
    }
    return sum;
  }
};

}  // namespace bench
