#pragma once
// What three kernels have in common: log(sum(exp(x))) and its gradient.

#include "lanes.hpp"

#include <cmath>
#include <span>

namespace bench {

inline auto softmax(std::span<const double> x, std::span<double> shares) -> double {
  const double shift = largest(x.data(), x.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += shares[i] = std::exp(x[i] - shift);
  const double scale = 1.0 / sum;
  for (auto& share : shares) share *= scale;
  return std::log(sum) + shift;
}

}  // namespace bench
