#pragma once
// The sum of the logarithms of n numbers: the shortest work there is for one input, so it shows what an input costs.

#include "../random.hpp"

#include <cmath>
#include <span>

namespace bench {

struct sum_of_logs {
  std::vector<double> inputs;

  // The numbers lie above 1, so that all terms are positive and the sum is well conditioned.
  explicit sum_of_logs(std::size_t n) : inputs(generator(1).uniforms(n, 1.0, 3.0)) {}

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    using std::log;
    T sum = 0.0;
    for (const auto& term : x) sum += log(term);
    return sum;
  }
};

}  // namespace bench
