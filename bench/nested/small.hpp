#pragma once
// What a gradient costs that is hardly one.

#include <functional>
#include <memory>
#include <vector>

namespace bench {

// The graph of x * x and its gradient.
struct square {
  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [] { return std::vector<double>{Way::square(3.0)}; };
  }
};

// The gradient of the last of two nodes by the other, behind many that have nothing to do with it.
struct tail {
  std::size_t nodes;

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [all = std::make_shared<typename Way::tail>(nodes)] { return std::vector<double>{all->gradient()}; };
  }
};

}  // namespace bench
