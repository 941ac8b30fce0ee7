#pragma once
// log(sum(exp(x))), shifted by the largest element as everybody does. The shift is traced like the rest: its derivative
// cancels, but no library knows that.

#include "../random.hpp"

#include <cmath>
#include <span>

namespace bench {

// Shared with the Gaussian mixture. The largest element is remembered by its place, because copying a traced number costs
// an operation in some libraries.
template <class T>
auto shifted_log_sum_exp(std::span<const T> x) -> T {
  using std::exp;
  using std::log;
  std::size_t largest = 0;
  for (std::size_t i = 1; i < x.size(); ++i)
    if (x[largest] < x[i]) largest = i;
  T sum = 0.0;
  for (const auto& term : x) sum += exp(term - x[largest]);
  return log(sum) + x[largest];
}

struct log_sum_exp {
  std::vector<double> inputs;

  explicit log_sum_exp(std::size_t n) : inputs(generator(2).uniforms(n, -2.0, 2.0)) {}

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    return shifted_log_sum_exp(x);
  }
};

}  // namespace bench
