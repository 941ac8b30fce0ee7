// E10. A shallow network on planar data: a flower whose petals have two colours, one hidden layer of tanh, and a sigmoid that gives the
// probability of orange. More hidden units bend the boundary more; L2 regularisation bends it back; and with enough units a network learns
// labels by heart that mean nothing. With three units one first choice of weights in six is stuck at 68 %; this one is not.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/layer/layers.hpp>
#include <nn/metric/metric.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

namespace {

struct shallow {
  nn::linear hidden, output;
  // The logit z [m]; the sigmoid is in the loss, where it loses no digits.
  auto operator()(const tensor& x) const -> tensor { return squeeze(output(tanh(hidden(x))), 1); }
};

auto right(const array& z, const array& y) -> double { return nn::binary_accuracy(z, y, 0); }
auto loss(const tensor& z, const tensor& y) -> tensor { return nn::binary_cross_entropy_with_logits(z, y); }

// J = the mean loss + lambda / (2m) * the sum of squared weights: each weight's gradient has lambda / m * w more. Biases go free.
auto trained(const nn::dataset& data, index_t units, double lambda, int epochs) -> shallow {
  nn::manual_seed(1);
  shallow net{{2, units}, {units, 1}};
  nn::adam descent{{.lr = 0.05}};
  descent.group("*.weight", {.weight_decay = lambda / static_cast<double>(data.size())});
  nn::fit(net, data,
          {.epochs = epochs,
           .batch_size = data.size(),
           .optimiser = descent,
           .loss = loss,
           .metric = nn::metric{"accuracy", right},
           .progress = nn::progress_style::none});
  return net;
}

struct score {
  double train, fresh;
};
auto score_of(shallow& net, const nn::dataset& train, const nn::dataset& fresh) -> score {
  return {right(nn::predict(net, train.inputs), train.targets), right(nn::predict(net, fresh.inputs), fresh.targets)};
}

auto show(plot& figure, const std::string& what, shallow& net, const nn::dataset& train, const score& s) -> void {
  fmt::print("  {:<22} {:5.1f} %      {:5.1f} %\n", what, 100 * s.train, 100 * s.fresh);
  figure.panel(fmt::format("{}: {:.0f} %, fresh {:.0f} %", what, 100 * s.train, 100 * s.fresh))
      .contour([&](const array& xy) { return sigmoid(nn::predict(net, xy.cast(float32))); }, {{-4.5, 4.5}, {-4.5, 4.5}})
      .points(train.inputs, train.targets);
}

}  // namespace

int main() {
  generator random(10);
  const auto flower = [&](index_t n) { return nn::planar_flower(random, n, 0.2, 4, float32); };
  const auto train = flower(400), few = flower(100), fresh = flower(2000);
  expectations expect;
  plot figure("e10_planar.svg", {.width = 1000, .height = 720});
  figure.title("A shallow network on planar data: the share that is right").panels(2, 3);

  fmt::print("400 points of a flower        right   right of fresh data\n");
  std::vector<score> by_units;
  for (const index_t units : {1, 3, 10}) {
    auto net = trained(train, units, 0, 1000);
    by_units.push_back(score_of(net, train, fresh));
    show(figure, fmt::format("{} hidden unit{}", units, units == 1 ? "" : "s"), net, train, by_units.back());
  }

  // A fifth of the labels are changed, so that there is something that should not be learned.
  const auto changed = bernoulli(random, {100}, 0.2);
  const nn::dataset wrong{few.inputs, (few.targets != changed.cast(int64)).cast(int64)};
  fmt::print("100 points, every fifth label changed, 50 hidden units\n");
  std::vector<score> by_lambda;
  for (const double lambda : {0.0, 1.0, 10.0}) {
    auto net = trained(wrong, 50, lambda, 2000);
    by_lambda.push_back(score_of(net, wrong, fresh));
    show(figure, fmt::format("50 units, λ = {}", lambda), net, wrong, by_lambda.back());
  }
  draw(figure);

  fmt::print("60 points with labels that mean nothing, 100 hidden units\n");
  nn::dataset nonsense{flower(60).inputs, nn::random_labels(random, 60, 2)};
  nn::dataset more{flower(2000).inputs, nn::random_labels(random, 2000, 2)};
  auto parrot = trained(nonsense, 100, 0, 3000);
  const auto heart = score_of(parrot, nonsense, more);
  plot by_heart("e10_random_labels.svg");
  show(by_heart, "random labels", parrot, nonsense, heart);
  draw(by_heart);

  expect("1 hidden unit: a straight line is right of two thirds", by_units[0].fresh > 0.6 && by_units[0].fresh < 0.75);
  expect("3 hidden units find the petals", by_units[1].fresh > 0.88);
  expect("10 hidden units, too", by_units[2].fresh > 0.88);
  expect("without L2 the wrong labels are learned", by_lambda[0].train > 0.98 && by_lambda[0].fresh < 0.75);
  expect("some L2: worse on them, better on fresh data",
         by_lambda[1].train < 0.9 && by_lambda[1].fresh > by_lambda[0].fresh + 0.03);
  expect("too much L2: hardly better than a guess", by_lambda[2].fresh < 0.65);
  expect("random labels are learned by heart", heart.train > 0.98);
  expect("and that is worth nothing on fresh ones", std::abs(heart.fresh - 0.5) < 0.05);
  return expect.exit_code();
}
