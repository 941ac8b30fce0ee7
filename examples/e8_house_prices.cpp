// E8. House prices. First one neuron: the price is relu(w * size + b), a line that never falls below 0, found by gradient
// descent on the mean squared error. Then several features through a small network, which learns what no single line can: that
// an area of land is worth more in a good neighbourhood.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/data/standardise.hpp>
#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/metric/metric.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

namespace {

struct neuron {
  nn::linear line{1, 1};
  auto operator()(const tensor& size) -> tensor { return relu(line(size)); }
};

struct network {
  nn::linear hidden{4, 16}, output{16, 1};
  auto operator()(const tensor& features) -> tensor { return output(relu(hidden(features))); }
};

// Sizes in 100 m², prices in 100,000.
auto houses_by_size(generator& random, index_t count) -> nn::dataset {
  const auto size = uniform(random, {count, 1}, 0.2, 2.5, float32);
  return {size, relu(2.0 * size - 0.8 + normal(random, {count, 1}, 0, 0.15, float32))};
}

// Size, bedrooms, wealth of the neighbourhood (0 to 1), and minutes to walk to the shops. What the price is made of only the
// data know.
auto houses_with_features(generator& random, index_t count) -> nn::dataset {
  const auto size = uniform(random, {count, 1}, 0.2, 2.5, float32);
  const auto bedrooms = randint(random, {count, 1}, 1, 6, float32);
  const auto wealth = rand(random, {count, 1}, float32);
  const auto minutes = uniform(random, {count, 1}, 0, 30, float32);
  const auto price = size * (1.0 + 2.0 * wealth) + 0.1 * bedrooms + 0.8 * exp(-minutes / 8.0);
  return {concat(std::vector{size, bedrooms, wealth, minutes}, 1), price + normal(random, {count, 1}, 0, 0.1, float32)};
}

}  // namespace

int main() {
  expectations expect;
  generator random(8);
  nn::manual_seed(8);
  plot figure("e8_house_prices.svg");
  figure.title("House prices").panels(1, 2);

  fmt::print("one neuron, price = relu(w * size + b), from 60 houses\n");
  const auto houses = houses_by_size(random, 60);
  neuron one;
  nn::init::ones(one.line.weight), nn::init::zeros(*one.line.bias);
  nn::sgd descent{{.lr = 0.1}};
  graph g;
  for (int step = 0; step <= 300; ++step) {
    const rewind_scope again;
    const auto loss = nn::mse_loss(one(houses.inputs), houses.targets);
    backward(loss, adjoints::inputs);
    if (step % 100 == 0) fmt::print("  step {:>3}: mean squared error {:.4f}\n", step, loss.at());
    descent.step(one);
  }
  expect("w, where the data were made with 2", one.line.weight.value().item(), 2.0, 0.1);
  expect("b, made with -0.8", one.line.bias->value().item(), -0.8, 0.1);
  const auto r2_of_line = nn::r2_score(nn::predict(one, houses.inputs), houses.targets);
  expect("R², the share of the variance explained", r2_of_line, 1.0, 0.03);
  const array none{{0.2}};
  expect("a shed of 20 m² costs nothing, not less", nn::predict(one, none.cast(float32)).item(), 0);

  const auto sizes = linspace(0, 2.6, 131, float32);
  figure.panel(fmt::format("one neuron, R² = {:.3f}", r2_of_line)).x_label("size in 100 m²").y_label("price in 100,000");
  figure.points("houses", houses.inputs, houses.targets);
  figure.line("relu(w size + b)", sizes, nn::predict(one, reshape(sizes, {131, 1})));

  fmt::print(
      "\nfour features: size, bedrooms, wealth of the neighbourhood, minutes to the shops; 800 houses, and 200 others to test\n");
  auto [train, test] = nn::split_at(houses_with_features(random, 1000), 800);
  const auto scale = nn::standardise::fit(train.inputs);
  train.inputs = scale(train.inputs), test.inputs = scale(test.inputs);

  const nn::fit_options how{
      .epochs = 60, .batch_size = 32, .optimiser = nn::adam{{.lr = 0.01}}, .progress = nn::progress_style::none};
  nn::linear line{4, 1};
  network net;
  nn::fit(line, train, how), nn::fit(net, train, how);
  const auto by_line = nn::predict(line, test.inputs), by_net = nn::predict(net, test.inputs);
  const auto r2_line = nn::r2_score(by_line, test.targets), r2_net = nn::r2_score(by_net, test.targets);
  fmt::print("  R² on houses never seen: a linear model {:.3f}, a network of 16 hidden units {:.3f}\n", r2_line, r2_net);
  expect("the linear model explains most of it", r2_line > 0.8);
  expect("the network more than 98 %", r2_net > 0.98);
  fmt::print("  of what the linear model leaves unexplained, the network leaves {:.0f} %\n", 100 * (1 - r2_net) / (1 - r2_line));

  figure.panel("four features, 200 houses never seen").x_label("true price in 100,000").y_label("predicted");
  figure.points(fmt::format("linear model, R² = {:.3f}", r2_line), test.targets, by_line);
  figure.points(fmt::format("network, R² = {:.3f}", r2_net), test.targets, by_net);
  figure.line("exactly right", {0, 8}, {0, 8});
  draw(figure);
  return expect.exit_code();
}
