#pragma once
// A small recurrent network that predicts the next letter of a text, bit by bit, after ADBench (two layers of 14 cells, 1024
// letters). Its layers are diagonal: each cell sees one element of the layer before and of its own past.

#include "../random.hpp"

#include <array>
#include <cmath>
#include <span>

namespace bench {

struct lstm {
  static constexpr std::size_t layers = 2, bits = 14;
  static constexpr std::size_t per_layer = 8 * bits;  // four gates, each with its weights and then its biases
  std::size_t letters;
  std::vector<double> inputs;  // layers, then input weights, output weights, output biases
  std::vector<double> text;    // letters times bits, each 0 or 1
  std::vector<double> past;    // hidden state and cell state before the first letter

  explicit lstm(std::size_t letters = 1024)
      : letters(letters),
        inputs(generator(12).uniforms(layers * per_layer + 3 * bits, -1.0, 1.0)),
        past(generator(13).uniforms(2 * layers * bits, -0.5, 0.5)) {
    generator g(14);
    for (std::size_t i = 0; i < letters * bits; ++i) text.push_back(g.uniform(0.0, 1.0) < 0.5 ? 0.0 : 1.0);
  }

  template <class T>
  static auto sigmoid(const T& x) -> T {
    using std::exp;
    return 1.0 / (1.0 + exp(-x));
  }

  // One layer for one letter: both states are replaced.
  template <class T>
  static auto step(std::span<const T> w, const std::array<T, bits>& in, std::array<T, bits>& hidden, std::array<T, bits>& cell)
      -> void {
    using std::tanh;
    const auto gate = [&](std::size_t g, std::size_t i, const T& x) -> T {
      return x * w[2 * g * bits + i] + w[(2 * g + 1) * bits + i];
    };
    for (std::size_t i = 0; i < bits; ++i) {
      const T forget = sigmoid<T>(gate(0, i, in[i]));
      const T ingate = sigmoid<T>(gate(1, i, hidden[i]));
      const T outgate = sigmoid<T>(gate(2, i, in[i]));
      const T change = tanh(gate(3, i, hidden[i]));
      cell[i] = cell[i] * forget + ingate * change;
      hidden[i] = outgate * tanh(cell[i]);
    }
  }

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    using std::exp;
    using std::log;
    const auto extra = x.subspan(layers * per_layer);
    std::array<std::array<T, bits>, layers> hidden, cell;
    for (std::size_t l = 0; l < layers; ++l) {
      for (std::size_t i = 0; i < bits; ++i) {
        hidden[l][i] = past[2 * l * bits + i];
        cell[l][i] = past[(2 * l + 1) * bits + i];
      }
    }
    std::array<T, bits> in, out;
    T total = 0.0;
    for (std::size_t t = 0; t + 1 < letters; ++t) {
      for (std::size_t i = 0; i < bits; ++i) in[i] = text[t * bits + i] * extra[i];
      for (std::size_t l = 0; l < layers; ++l)
        step(x.subspan(l * per_layer, per_layer), l == 0 ? in : hidden[l - 1], hidden[l], cell[l]);
      T sum = 2.0;  // ADBench adds two to the sum of exponentials
      for (std::size_t i = 0; i < bits; ++i) {
        out[i] = hidden[layers - 1][i] * extra[bits + i] + extra[2 * bits + i];
        sum += exp(out[i]);
      }
      const T normaliser = log(sum);
      for (std::size_t i = 0; i < bits; ++i) total += text[(t + 1) * bits + i] * (out[i] - normaliser);
    }
    return -total * (1.0 / static_cast<double>((letters - 1) * bits));
  }
};

}  // namespace bench
