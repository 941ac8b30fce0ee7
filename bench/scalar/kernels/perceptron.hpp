#pragma once
// A multilayer perceptron 64-32-10 in scalars on one point of data: tanh in the hidden layer, softmax cross-entropy as the
// loss. The inputs of the gradient are the weights; the data are constants, as in training.

#include "log_sum_exp.hpp"

#include <array>

namespace bench {

struct perceptron {
  static constexpr std::size_t features = 64, hidden = 32, classes = 10, label = 3;
  std::vector<double> inputs;  // weights and biases of the hidden layer, then of the last one
  std::vector<double> data;

  perceptron()
      : inputs(generator(6).uniforms(hidden * (features + 1) + classes * (hidden + 1), -0.2, 0.2)),
        data(generator(7).uniforms(features, -1.0, 1.0)) {}

  template <class T>
  auto operator()(std::span<const T> w) const -> T {
    using std::tanh;
    std::array<T, hidden> h;
    for (auto& unit : h) {
      T sum = w[features];
      for (std::size_t i = 0; i < features; ++i) sum += w[i] * data[i];
      unit = tanh(sum);
      w = w.subspan(features + 1);
    }
    std::array<T, classes> logits;
    for (auto& logit : logits) {
      T sum = w[hidden];
      for (std::size_t i = 0; i < hidden; ++i) sum += w[i] * h[i];
      logit = sum;
      w = w.subspan(hidden + 1);
    }
    return shifted_log_sum_exp(std::span<const T>(logits)) - logits[label];
  }
};

}  // namespace bench
