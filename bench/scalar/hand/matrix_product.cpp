// The gradients are two products with the weights W, of A: WBᵀ, and of B: AᵀW. The value is the sum of A times the first, so that
// AB itself is not needed.

#include "by_hand.hpp"
#include "lanes.hpp"

#include <algorithm>

namespace bench {
namespace {

// A matrix whose rows are filled up with zeros to whole eights.
struct padded {
  std::size_t n, width;
  std::vector<eight> memory;

  explicit padded(std::size_t n) : n(n), width((n + lanes - 1) / lanes), memory(n * width) {}
  auto row(std::size_t i) -> double* { return reinterpret_cast<double*>(&memory[i * width]); }
};

// Some rows of C = XᵀY, from number i, as far as block b of eight columns goes: the sums stay in registers.
template <std::size_t rows>
auto multiply(const double* x, const padded& y, double* c, std::size_t i, std::size_t b) -> void {
  const auto n = y.n;
  eight sums[rows]{};
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t r = 0; r < rows; ++r) sums[r] += x[k * n + i + r] * y.memory[k * y.width + b];
  const auto columns = std::min(lanes, n - b * lanes);
  for (std::size_t r = 0; r < rows; ++r) {
    double* const place = c + (i + r) * n + b * lanes;
    // A copy of a size that is known is one instruction.
    if (columns == lanes) std::memcpy(place, &sums[r], sizeof sums[r]);
    else
      for (std::size_t j = 0; j < columns; ++j) place[j] = sums[r][j];
  }
}

auto multiply(const double* x, const padded& y, double* c) -> void {
  constexpr std::size_t rows = 8;
  for (std::size_t b = 0; b < y.width; ++b) {
    std::size_t i = 0;
    for (; i + rows <= y.n; i += rows) multiply<rows>(x, y, c, i, b);
    for (; i + 4 <= y.n; i += 4) multiply<4>(x, y, c, i, b);
    for (; i < y.n; ++i) multiply<1>(x, y, c, i, b);
  }
}

}  // namespace

auto by_hand(const matrix_product& f) -> gradient_by_hand {
  const auto n = f.n;
  padded weights(n), turned_b(n);
  std::vector<double> turned_weights(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) weights.row(i)[j] = turned_weights[j * n + i] = f.weights[i * n + j];
  return [n, weights, turned_weights, turned_b](std::span<const double> x, std::span<double> slopes) mutable {
    const double *const a = x.data(), *const b = a + n * n;
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) turned_b.row(j)[k] = b[k * n + j];
    multiply(turned_weights.data(), turned_b, slopes.data());
    multiply(a, weights, slopes.data() + n * n);
    return dot(a, slopes.data(), n * n);
  };
}

}  // namespace bench
