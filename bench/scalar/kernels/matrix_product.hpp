#pragma once
// C = AB in scalars, with the textbook's three loops; the objective is the sum of the elements of C times fixed weights.

#include "../random.hpp"

#include <span>

namespace bench {

struct matrix_product {
  std::vector<double> inputs;  // A, then B, both by rows
  std::vector<double> weights;
  std::size_t n;

  explicit matrix_product(std::size_t n)
      : inputs(generator(4).uniforms(2 * n * n, -1.0, 1.0)), weights(generator(5).uniforms(n * n, 0.5, 1.5)), n(n) {}

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    const auto a = x.first(n * n);
    const auto b = x.last(n * n);
    T objective = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        T c = 0.0;
        for (std::size_t k = 0; k < n; ++k) c += a[i * n + k] * b[k * n + j];
        objective += weights[i * n + j] * c;
      }
    }
    return objective;
  }
};

}  // namespace bench
