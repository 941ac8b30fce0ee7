#pragma once
// Eight sums side by side. The compiler may not change the order of additions by itself, so that a sum written as a loop is one
// long chain, each addition waiting for the one before.

#include <cstddef>
#include <cstring>

namespace bench {

constexpr std::size_t lanes = 8;
using eight [[gnu::vector_size(lanes * sizeof(double))]] = double;

inline auto dot(const double* a, const double* b, std::size_t n) -> double {
  constexpr std::size_t at_once = 4 * lanes;
  const std::size_t whole = n - n % at_once;
  eight sums[4]{};
  for (std::size_t i = 0; i < whole; i += at_once) {
    eight of_a[4], of_b[4];
    std::memcpy(of_a, a + i, sizeof of_a), std::memcpy(of_b, b + i, sizeof of_b);
    for (std::size_t l = 0; l < 4; ++l) sums[l] += of_a[l] * of_b[l];
  }
  const eight both = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = ((both[0] + both[4]) + (both[1] + both[5])) + ((both[2] + both[6]) + (both[3] + both[7]));
  for (std::size_t i = whole; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

inline auto largest(const double* x, std::size_t n) -> double {
  const std::size_t whole = n - n % lanes;
  eight found = x[0] + eight{};
  for (std::size_t i = 0; i < whole; i += lanes) {
    eight next;
    std::memcpy(&next, x + i, sizeof next);
    found = found < next ? next : found;
  }
  double most = x[0];
  for (std::size_t l = 0; l < lanes; ++l) most = most < found[l] ? found[l] : most;
  for (std::size_t i = whole; i < n; ++i) most = most < x[i] ? x[i] : most;
  return most;
}

}  // namespace bench
