// Back through time: the way there keeps the gates and the states of all letters, the way back goes through them from the last.

#include "by_hand.hpp"

#include <algorithm>

namespace bench {
namespace {

constexpr auto bits = lstm::bits, layers = lstm::layers;
using cells = std::array<double, bits>;

// What one letter leaves behind in a layer: the gates, the hyperbolic tangent of the new cell state, and both new states.
struct trace {
  cells forget, ingate, outgate, change, squashed, hidden, cell;
};
using moment = std::array<trace, layers>;

auto step(const double* w, const cells& in, const trace& before, trace& now) -> void {
  const auto gate = [&](std::size_t g, std::size_t i, double x) { return x * w[2 * g * bits + i] + w[(2 * g + 1) * bits + i]; };
  for (std::size_t i = 0; i < bits; ++i) {
    now.forget[i] = lstm::sigmoid(gate(0, i, in[i]));
    now.ingate[i] = lstm::sigmoid(gate(1, i, before.hidden[i]));
    now.outgate[i] = lstm::sigmoid(gate(2, i, in[i]));
    now.change[i] = std::tanh(gate(3, i, before.hidden[i]));
    now.cell[i] = before.cell[i] * now.forget[i] + now.ingate[i] * now.change[i];
    now.squashed[i] = std::tanh(now.cell[i]);
    now.hidden[i] = now.outgate[i] * now.squashed[i];
  }
}

// The adjoints of the new states become those of the states before.
auto step_back(const double* w, const cells& in, const trace& before, const trace& now, cells& by_hidden, cells& by_cell,
               cells& by_in, std::array<double, lstm::per_layer>& by_w) -> void {
  for (std::size_t i = 0; i < bits; ++i) {
    const double forget = now.forget[i], ingate = now.ingate[i], outgate = now.outgate[i], change = now.change[i];
    const double squashed = now.squashed[i], cell = by_cell[i] + by_hidden[i] * outgate * (1.0 - squashed * squashed);
    const double by_forget = cell * before.cell[i] * forget * (1.0 - forget);
    const double by_ingate = cell * change * ingate * (1.0 - ingate);
    const double by_outgate = by_hidden[i] * squashed * outgate * (1.0 - outgate);
    const double by_change = cell * ingate * (1.0 - change * change);
    by_w[i] += by_forget * in[i], by_w[bits + i] += by_forget;
    by_w[2 * bits + i] += by_ingate * before.hidden[i], by_w[3 * bits + i] += by_ingate;
    by_w[4 * bits + i] += by_outgate * in[i], by_w[5 * bits + i] += by_outgate;
    by_w[6 * bits + i] += by_change * before.hidden[i], by_w[7 * bits + i] += by_change;
    by_cell[i] = cell * forget;
    by_hidden[i] = by_ingate * w[2 * bits + i] + by_change * w[6 * bits + i];
    by_in[i] = by_forget * w[i] + by_outgate * w[4 * bits + i];
  }
}

}  // namespace

auto by_hand(const lstm& f) -> gradient_by_hand {
  // The first moment holds the states before the first letter.
  std::vector<moment> moments(f.letters);
  for (std::size_t l = 0; l < layers; ++l)
    for (std::size_t i = 0; i < bits; ++i)
      moments[0][l].hidden[i] = f.past[2 * l * bits + i], moments[0][l].cell[i] = f.past[(2 * l + 1) * bits + i];

  return [&f, moments, errors = std::vector<cells>(f.letters)](std::span<const double> x, std::span<double> slopes) mutable {
    const double* const extra = &x[layers * lstm::per_layer];
    const double scale = -1.0 / static_cast<double>((f.letters - 1) * bits);
    cells in, out;
    double total = 0.0;
    for (std::size_t t = 0; t + 1 < f.letters; ++t) {
      const double *const letter = &f.text[t * bits], *const next = letter + bits;
      for (std::size_t i = 0; i < bits; ++i) in[i] = letter[i] * extra[i];
      for (std::size_t l = 0; l < layers; ++l)
        step(&x[l * lstm::per_layer], l == 0 ? in : moments[t + 1][l - 1].hidden, moments[t][l], moments[t + 1][l]);
      double sum = 2.0, count = 0.0, chosen = 0.0;
      for (std::size_t i = 0; i < bits; ++i) {
        out[i] = moments[t + 1][layers - 1].hidden[i] * extra[bits + i] + extra[2 * bits + i];
        sum += errors[t][i] = std::exp(out[i]);
        count += next[i], chosen += next[i] * out[i];
      }
      total += chosen - count * std::log(sum);
      for (std::size_t i = 0; i < bits; ++i) errors[t][i] = scale * (next[i] - errors[t][i] * (count / sum));
    }

    std::array<std::array<double, lstm::per_layer>, layers> by_w{};
    std::array<cells, layers> by_hidden{}, by_cell{};
    cells by_in, by_in_weight{}, by_out_weight{}, by_bias{};
    for (std::size_t t = f.letters - 1; t-- > 0;) {
      const double* const letter = &f.text[t * bits];
      for (std::size_t i = 0; i < bits; ++i) {
        by_out_weight[i] += errors[t][i] * moments[t + 1][layers - 1].hidden[i];
        by_bias[i] += errors[t][i];
        by_hidden[layers - 1][i] += errors[t][i] * extra[bits + i];
        in[i] = letter[i] * extra[i];
      }
      for (std::size_t l = layers; l-- > 0;) {
        step_back(&x[l * lstm::per_layer], l == 0 ? in : moments[t + 1][l - 1].hidden, moments[t][l], moments[t + 1][l],
                  by_hidden[l], by_cell[l], by_in, by_w[l]);
        if (l == 0) break;
        for (std::size_t i = 0; i < bits; ++i) by_hidden[l - 1][i] += by_in[i];
      }
      for (std::size_t i = 0; i < bits; ++i) by_in_weight[i] += by_in[i] * letter[i];
    }
    auto* place = slopes.data();
    for (const auto& layer : by_w) place = std::copy(layer.begin(), layer.end(), place);
    for (const auto* one : {&by_in_weight, &by_out_weight, &by_bias}) place = std::copy(one->begin(), one->end(), place);
    return total * scale;
  };
}

}  // namespace bench
