// E13. Ten layers, one gradient: what the last layer knows has to come back to the first through ten derivatives and ten
// matrices, and shrinks or grows at each. The size of dW in every layer for four activations, and for weights of three sizes.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/see/diagnose.hpp>

using namespace seegrad;

namespace {

using activation = tensor (*)(const tensor&);
const activation by_sigmoid = [](const tensor& x) { return sigmoid(x); }, by_tanh = [](const tensor& x) { return tanh(x); },
                 by_relu = [](const tensor& x) { return relu(x); },
                 by_leaky = [](const tensor& x) { return leaky_relu(x, 0.01); };

constexpr index_t width = 32, depth = 10;

struct deep_network {
  activation f;
  std::vector<nn::linear> layers;

  // Weights of variance `gain`² / width.
  deep_network(activation f, double gain) : f(f) {
    nn::manual_seed(13);
    for (index_t l = 0; l < depth; ++l) {
      layers.emplace_back(l == 0 ? 2 : width, l == depth - 1 ? 1 : width);
      nn::init::kaiming_normal(layers.back().weight, {.nonlinearity = nn::init::nonlinearity::linear});
      layers.back().weight = gain * layers.back().weight.value();
      nn::init::zeros(*layers.back().bias);
      layers.back().label.set(fmt::format("layer {}", l + 1));
    }
  }
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("layers", self.layers);
  }
  auto operator()(tensor x) -> tensor {
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) x = f(layers[l](x));
    return layers.back()(x);
  }
};

auto loss_of(deep_network& net, const nn::dataset& data) -> tensor {
  const auto J = nn::binary_cross_entropy_with_logits(net(data.inputs), data.targets);
  backward(J);
  return J;
}
// The root mean square of dW, from the first layer to the last.
auto sizes(deep_network net, const nn::dataset& data) -> std::vector<double> {
  graph g;
  loss_of(net, data);
  std::vector<double> all;
  for (const auto& l : net.layers) all.push_back(std::sqrt(mean(square(grad(l.weight))).item()));
  return all;
}

}  // namespace

int main() {
  expectations expect;
  generator random(13);
  auto data = nn::moons(random, 200, 0.1, float32);
  data.targets = reshape(data.targets, {200, 1});
  const double he = std::sqrt(2.0);
  plot figure("e13_vanishing_gradients.svg", {.width = 1100, .height = 480});
  figure.title("Size of dW, layer by layer").panels(1, 2);
  const auto curve = [&](const std::string& name, activation f, double gain) {
    const auto all = sizes({f, gain}, data);
    figure.line(name, arange(1, depth + 1), all);
    const auto ratio = all.front() / all[depth - 2];
    fmt::print("  {:<34} {:>8.1e} {:>8.1e} {:>10.1e}\n", name, all.front(), all[depth - 2], ratio);
    return ratio;
  };
  fmt::print("size of dW                            layer 1  layer 9      ratio\n");
  figure.panel("weights of variance 1/n; for relu 2/n, which is He's").x_label("layer").log_y();
  const auto of_sigmoid = curve("sigmoid, 1/n", by_sigmoid, 1), of_tanh = curve("tanh, 1/n", by_tanh, 1);
  const auto of_relu = curve("relu, He", by_relu, he), of_leaky = curve("leaky relu, He", by_leaky, he);
  figure.panel("relu, with weights of other sizes").x_label("layer").log_y();
  const auto same = sizes({by_relu, he}, data), half = sizes({by_relu, 0.5 * he}, data), twice = sizes({by_relu, 2 * he}, data);
  const auto layers = arange(1, depth + 1);
  figure.line("half of He", layers, half).line("He", layers, same).line("twice He", layers, twice);
  fmt::print("\nrelu with weights half and twice as large: dW of layer 1 is {:.1e} and {:.1e} in place of {:.1e}\n", half[0],
             twice[0], same[0]);
  expect("sigmoid: layer 1 gets less than 1/10,000 of layer 9", of_sigmoid < 1e-4);
  expect("the others: between 1/10 of it and 10 times as much",
         std::min({of_tanh, of_relu, of_leaky}) > 0.1 && std::max({of_tanh, of_relu, of_leaky}) < 10);
  // relu(c x) = c relu(x): with ten matrices halved, dz/dW1 has a factor of exactly 1/2 to the ninth, 1/512; dJ/dz differs, too.
  expect("half: dW1 is 1/512, times", half[0] / same[0] * 512, 1, 0.6);
  expect("twice: more than 100 times as much", twice[0] > 100 * same[0]);
  draw(figure);
  {
    graph g;
    deep_network net(by_sigmoid, 1);
    const auto J = loss_of(net, data);
    fmt::print("what nn::diagnose says of sigmoid:\n{}", nn::diagnose(J).text());
    nn::draw(J, {.direction = picture_direction::top_to_bottom,
                 .hide_constants = true,
                 .collapse_scopes = true,
                 .title = "ten layers of sigmoid"})
        .save("e13_sigmoid.svg");
    fmt::print("drawn: e13_sigmoid.svg\n");
  }
  return expect.exit_code();
}
