#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <fmt/format.h>

#include "graphs.hpp"

namespace pictures {
namespace {

using namespace seegrad;

struct weights {
  array w1, b1, w2, b2;
};

// One step down the gradient.
auto down(array& w, const tensor& recorded) -> void { w = w - grad(recorded) * 0.08; }

auto record(weights& now, const array& x, const array& y) -> void {
  tensor w1, b1, w2, b2, h, out;
  {
    const scope s("hidden");
    w1 = input(now.w1, "W1"), b1 = input(now.b1, "b1");
    h = tanh(matmul(x, w1) + b1);
  }
  {
    const scope s("output");
    w2 = input(now.w2, "W2"), b2 = input(now.b2, "b2");
    out = matmul(h, w2) + b2;
  }
  backward(named(mean(square(out - y)), "loss"));
  down(now.w1, w1), down(now.b1, b1), down(now.w2, w2), down(now.b2, b2);
}

auto train_network() -> std::vector<labelled_snapshot> {
  generator draw(1);
  const array x = randn(draw, {32, 2});
  std::vector<double> signs;
  for (index_t i = 0; i < 32; ++i) signs.push_back(x.at(i, 0) * x.at(i, 1) > 0 ? 1 : -1);
  const array y = reshape(array(signs), {32, 1});
  weights now{randn(draw, {2, 24}), zeros({24}), randn(draw, {24, 1}) * 0.3, zeros({1})};
  std::vector<labelled_snapshot> states;
  auto& whole = graph::active();
  const auto start = whole.mark();
  for (int epoch = 0; epoch <= 20; ++epoch) {
    whole.rewind(start);
    record(now, x, y);
    states.push_back({fmt::format("epoch {}", epoch), graph_snapshot(whole)});
  }
  return states;
}

auto train_neuron() -> std::vector<labelled_snapshot> {
  double w = -1, b = 0.5;
  std::vector<labelled_snapshot> states;
  auto& whole = graph::active();
  const auto start = whole.mark();
  for (int epoch = 0; epoch <= 10; ++epoch) {
    whole.rewind(start);
    const scalar w_now = input(w, "w"), b_now = input(b, "b");
    const scalar a = named(sigmoid(w_now * (1 + 0.1 * epoch) + b_now), "a");
    const scalar J = named(square(a - 0.9), "J");
    if (epoch == 0) states.push_back({"before the sweep", graph_snapshot(whole)});
    backward(J);
    w -= 4 * grad(w_now), b -= 4 * grad(b_now);
    states.push_back({fmt::format("epoch {}", epoch), graph_snapshot(whole)});
  }
  return states;
}

}  // namespace

auto histories() -> std::vector<history> {
  return {{"training of a network", train_network}, {"training of a neuron", train_neuron}};
}

}  // namespace pictures
