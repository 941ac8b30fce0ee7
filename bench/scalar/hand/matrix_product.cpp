// The gradients are two products with the weights W, of A: WBᵀ, and of B: AᵀW. The value is the sum of A times the first, so that
// AB itself is not needed.

#include "by_hand.hpp"
#include "lanes.hpp"

#include <algorithm>

namespace bench {
namespace {

// C = XᵀY, all of n by n. Four rows of Y at once, so that a row of C is read and written a quarter as often.
auto multiply(std::size_t n, const double* x, const double* y, double* c) -> void {
  std::fill_n(c, n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    double* const row = c + i * n;
    std::size_t k = 0;
    for (; k + 4 <= n; k += 4) {
      const double x0 = x[k * n + i], x1 = x[(k + 1) * n + i], x2 = x[(k + 2) * n + i], x3 = x[(k + 3) * n + i];
      const double *y0 = y + k * n, *y1 = y0 + n, *y2 = y1 + n, *y3 = y2 + n;
      for (std::size_t j = 0; j < n; ++j) row[j] += (x0 * y0[j] + x1 * y1[j]) + (x2 * y2[j] + x3 * y3[j]);
    }
    for (; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) row[j] += x[k * n + i] * y[k * n + j];
  }
}

auto transpose(std::size_t n, const double* from, double* to) -> void {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) to[j * n + i] = from[i * n + j];
}

}  // namespace

auto by_hand(const matrix_product& f) -> gradient_by_hand {
  const auto n = f.n;
  std::vector<double> turned_weights(n * n);
  transpose(n, f.weights.data(), turned_weights.data());
  return [n, &f, turned_weights, turned_b = std::vector<double>(n * n)](std::span<const double> x,
                                                                        std::span<double> slopes) mutable {
    const double *const a = x.data(), *const b = a + n * n;
    transpose(n, b, turned_b.data());
    multiply(n, turned_weights.data(), turned_b.data(), slopes.data());
    multiply(n, a, f.weights.data(), slopes.data() + n * n);
    return dot(a, slopes.data(), n * n);
  };
}

}  // namespace bench
