// E17. Hyper-parameters: what gradient descent is told before it begins. How many epochs it needs for each learning rate, batch size and
// number of hidden units, always from the same saved weights; and what a learning rate that decays is good for.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/layer/layers.hpp>
#include <nn/metric/metric.hpp>
#include <nn/save/save.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

namespace {

struct network {
  nn::linear hidden, output;
  auto operator()(const tensor& x) const -> tensor { return squeeze(output(tanh(hidden(x))), 1); }
};

auto loss(const tensor& z, const tensor& y) -> tensor { return nn::binary_cross_entropy_with_logits(z, y); }
const nn::metric accuracy{"accuracy", [](const array& z, const array& y) { return nn::binary_accuracy(z, y, 0); }};

// The loss over all samples after each epoch, until it is below the goal.
auto descend(network net, const nn::dataset& data, nn::schedule rate, index_t batch, int epochs, double goal = 0)
    -> std::vector<double> {
  std::vector<double> losses;
  nn::fit(net, data,
          {.epochs = epochs,
           .batch_size = batch,
           .optimiser = nn::sgd{},
           .schedule = std::move(rate),
           .loss = loss,
           .metric = accuracy,
           .progress = nn::progress_style::none,
           .after_epoch = [&](const nn::history&) {
             losses.push_back(nn::evaluate(net, data, loss, accuracy).loss);
             return losses.back() > goal;
           }});
  return losses;
}

struct spread {
  double mean, deviation;
};
auto of_the_last(std::size_t n, const std::vector<double>& losses) -> spread {
  const array x(std::vector<double>(losses.end() - static_cast<std::ptrdiff_t>(n), losses.end()));
  return {mean(x).item(), std::sqrt(var(x).item())};
}

}  // namespace

int main() {
  generator random(17);
  const auto data = nn::moons(random, 120, 0.15, float32);
  const std::vector<double> rates{0.1, 0.3, 0.5, 0.7};
  const std::vector<index_t> batches{2, 5, 10, 15};
  expectations expect;
  plot figure("e17_hyperparameters.svg");
  figure.title("Hyper-parameters").panels(1, 3);

  constexpr double goal = 0.1;
  constexpr int most = 300;
  for (const index_t units : {4, 16}) {
    nn::manual_seed(1);
    network net{{2, units}, {units, 1}};
    nn::save(net, "e17_first_weights.safetensors");
    fmt::print("epochs until the loss is {} (at most {}), with {} hidden units\n  batches of       {:>6}\n", goal, most, units,
               fmt::join(batches, ""));
    array table = zeros({4, 4});
    for (index_t i = 0; i < 4; ++i) {
      fmt::print("  learning rate {:.1f}", rates[static_cast<std::size_t>(i)]);
      for (index_t j = 0; j < 4; ++j) {
        nn::load(net, "e17_first_weights.safetensors");
        const nn::constant_lr rate{rates[static_cast<std::size_t>(i)]};
        const auto losses = descend(net, data, rate, batches[static_cast<std::size_t>(j)], most, goal);
        table.set(static_cast<double>(losses.size()), i, j);
        fmt::print("{:>6}", losses.size());
      }
      fmt::print("\n");
    }
    expect("at rate 0.1, smaller batches need fewer epochs", table.at(0, 0) < table.at(0, 1) && table.at(0, 1) < table.at(0, 2));
    expect("with batches of 15, higher rates do", table.at(3, 3) < table.at(2, 3) && table.at(2, 3) < table.at(1, 3));
    expect("with batches of 2, the highest rate is not the best", table.at(2, 0) < table.at(3, 0));
    figure.panel(fmt::format("epochs to the loss {}, {} hidden units", goal, units))
        .heat_map(table, {.rows = {"0.1", "0.3", "0.5", "0.7"}, .columns = {"2", "5", "10", "15"}})
        .x_label("batch size")
        .y_label("learning rate");
  }

  // Steps from single batches stagger about the bottom, and the more the longer they are: alpha = alpha0 / (1 + decay * epoch).
  const auto noisy = nn::moons(random, 120, 0.3, float32);
  nn::manual_seed(1);
  const network start{{2, 16}, {16, 1}};
  const auto constant = descend(start, noisy, nn::constant_lr{0.7}, 2, 100);
  const auto decayed = descend(start, noisy, nn::inverse_time_decay{.lr = 0.7, .rate = 0.1}, 2, 100);
  const auto before = of_the_last(30, constant), after = of_the_last(30, decayed);
  fmt::print("batches of 2 of noisier data, 100 epochs: the loss of the last 30\n");
  fmt::print("  learning rate 0.7            {:.3f} ± {:.3f}\n", before.mean, before.deviation);
  fmt::print("  0.7 / (1 + 0.1 epoch)        {:.3f} ± {:.3f}\n", after.mean, after.deviation);
  expect("with decay it is lower", after.mean < before.mean);
  expect("and steadier by ten times", after.deviation < before.deviation / 10);
  figure.panel("learning rate that decays").x_label("epoch").y_label("loss").log_y();
  figure.line("0.7", constant).line("0.7 / (1 + 0.1 epoch)", decayed);

  draw(figure);
  return expect.exit_code();
}
