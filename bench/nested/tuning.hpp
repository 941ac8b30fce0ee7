#pragma once
// Hyper-parameters by gradient: a regression with smooth absolute values is trained by 3000 steps down its gradient, and the loss on other
// data is differentiated by the rate of learning and the weight of the penalty, through all of the training. One graph holds it all.

#include "../scalar/random.hpp"

#include <cmath>
#include <functional>
#include <span>

namespace bench {

struct tuning {
  static constexpr std::size_t steps = 3000, weights = 4, points = 6;
  std::vector<double> seen = generator(21).uniforms(points * (weights + 1), -1.0, 1.0);
  std::vector<double> unseen = generator(22).uniforms(points * (weights + 1), -1.0, 1.0);

  template <class T>
  static auto loss(std::span<const T> w, std::span<const double> data) -> T {
    using std::sqrt;
    T sum = 0.0;
    for (; !data.empty(); data = data.subspan(weights + 1)) {
      T error = w[0] * data[0] - data[weights];
      for (std::size_t i = 1; i < weights; ++i) error += w[i] * data[i];
      sum += sqrt(0.01 + error * error);
    }
    return sum;
  }

  struct penalised {
    std::span<const double> data;
    template <class T>
    auto operator()(std::span<const T> w, std::span<const T> p) const -> T {
      T squares = w[0] * w[0];
      for (const auto& weight : w.subspan(1)) squares += weight * weight;
      return loss(w, data) + p[1] * squares;
    }
  };

  template <class Way>
  struct trained {
    const tuning& task;
    template <class T>
    auto operator()(std::span<const T> p, std::span<const T>) const -> T {
      std::vector<T> w(weights, T(0.5));
      for (std::size_t step = 0; step < steps; ++step) {
        const auto slope = Way::gradient(penalised{task.seen}, std::span<const T>(w), p);
        for (std::size_t i = 0; i < weights; ++i) w[i] = w[i] - p[0] * slope[i];
      }
      return loss(std::span<const T>(w), task.unseen);
    }
  };

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [task = *this] {
      const std::vector<double> p{0.01, 0.05};
      return Way::gradient(trained<Way>{task}, std::span<const double>(p), std::span<const double>{});
    };
  }
};

}  // namespace bench
