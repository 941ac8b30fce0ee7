#pragma once
// The cost of k-means, the sum of the squared distances of points to their nearest centres: its gradient, and its Hessian times a vector of
// ones, which is the diagonal, since there is nothing beside it. As in ADBench and GradBench.

#include "../scalar/random.hpp"

#include <functional>
#include <span>

namespace bench {

struct kmeans {
  static constexpr std::size_t dimensions = 8, centres = 20, points = 2000;
  std::vector<double> inputs = generator(23).uniforms(centres * dimensions, -1.0, 1.0);
  std::vector<double> data = generator(24).uniforms(points * dimensions, -1.0, 1.0);

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    T cost = 0.0;
    for (std::size_t p = 0; p < points; ++p) {
      const auto* point = &data[p * dimensions];
      T nearest = distance(point, &x[0]);
      for (std::size_t c = 1; c < centres; ++c) {
        const T other = distance(point, &x[c * dimensions]);
        if (other < nearest) nearest = other;
      }
      cost += nearest;
    }
    return cost;
  }

  template <class T>
  static auto distance(const double* point, const T* centre) -> T {
    T sum = 0.0;
    for (std::size_t i = 0; i < dimensions; ++i) {
      const T difference = point[i] - centre[i];
      sum += difference * difference;
    }
    return sum;
  }

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [task = *this] { return Way::gradient_and_hessian_times_ones(task, std::span<const double>(task.inputs)); };
  }
};

}  // namespace bench
