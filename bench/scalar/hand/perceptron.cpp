#include "by_hand.hpp"
#include "lanes.hpp"
#include "softmax.hpp"

namespace bench {

auto by_hand(const perceptron& f) -> gradient_by_hand {
  constexpr auto features = perceptron::features, hidden = perceptron::hidden, classes = perceptron::classes;
  return [&f](std::span<const double> x, std::span<double> slopes) {
    const double* const data = f.data.data();
    constexpr auto first_row = features + 1, last_row = hidden + 1;
    const double *const first = x.data(), *const last = first + hidden * first_row;
    double *const by_first = slopes.data(), *const by_last = by_first + hidden * first_row;

    std::array<double, hidden> h;
    for (std::size_t u = 0; u < hidden; ++u)
      h[u] = std::tanh(dot(first + u * first_row, data, features) + first[u * first_row + features]);
    std::array<double, classes> logits, errors;
    for (std::size_t c = 0; c < classes; ++c)
      logits[c] = dot(last + c * last_row, h.data(), hidden) + last[c * last_row + hidden];
    const double loss = softmax(logits, errors) - logits[perceptron::label];
    errors[perceptron::label] -= 1.0;

    std::array<double, hidden> by_h{};
    for (std::size_t c = 0; c < classes; ++c) {
      const double *const row = last + c * last_row, error = errors[c];
      double* const by_row = by_last + c * last_row;
      for (std::size_t u = 0; u < hidden; ++u) by_h[u] += error * row[u];
      for (std::size_t u = 0; u < hidden; ++u) by_row[u] = error * h[u];
      by_row[hidden] = error;
    }
    for (std::size_t u = 0; u < hidden; ++u) {
      const double error = by_h[u] * (1.0 - h[u] * h[u]);
      double* const by_row = by_first + u * first_row;
      for (std::size_t i = 0; i < features; ++i) by_row[i] = error * data[i];
      by_row[features] = error;
    }
    return loss;
  };
}

}  // namespace bench
