#pragma once
// x = a sin(x) + b x, again and again: one long chain in which every operation waits for the one before.

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace bench {

struct chain {
  std::vector<double> inputs;
  std::size_t steps;

  // With a = 1/steps and b = 1 the chain follows x' = sin(x) for one unit of time. A contracting map would let the adjoints
  // underflow to denormal numbers and then to zero, and a chaotic one would let rounding errors grow: both would measure
  // something else.
  explicit chain(std::size_t steps) : inputs{1.0 / static_cast<double>(steps), 1.0}, steps(steps) {}

  template <class T>
  auto operator()(std::span<const T> p) const -> T {
    using std::sin;
    const T& a = p[0];
    const T& b = p[1];
    T x = 1.0;
    for (std::size_t i = 0; i < steps; ++i) x = a * sin(x) + b * x;
    return x;
  }
};

}  // namespace bench
