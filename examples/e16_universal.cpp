// E16. The universal approximation theorem: one hidden layer fits any continuous curve on an interval as closely as wanted, if it has
// enough units. Each unit is a step, here at one place and there at another, steep or gentle; the output adds up what it is given of them.

#include "curves.hpp"
#include "draw.hpp"
#include "expect.hpp"

#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/optimise/lbfgs.hpp>

using namespace seegrad;

namespace {

enum class step { tanh, sigmoid };

struct network {
  nn::linear hidden, output;
  step kind = step::tanh;

  auto units(const tensor& x) const -> tensor { return kind == step::tanh ? tanh(hidden(x)) : sigmoid(hidden(x)); }
  auto operator()(const tensor& x) const -> tensor { return output(units(x)); }
};

struct fitted {
  network net;
  double loss;
};

// The loss has hollows where a search gets stuck, so the best of several beginnings counts.
auto fit(index_t width, const array& x, const array& y, step kind = step::tanh) -> fitted {
  std::optional<fitted> best;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    nn::manual_seed(seed);
    network net{{1, width}, {width, 1}, kind};
    nn::init::normal(net.hidden.weight, 0, 4);
    nn::init::normal(*net.hidden.bias, 0, 2);
    nn::lbfgs search{{.max_iter = 1000, .line_search = nn::line_search::strong_wolfe}};
    search.step(net, [&] { return nn::mse_loss(net(x), y); });
    const auto loss = nn::mse_loss(net(x), y).value().item();
    if (!best || loss < best->loss) best = fitted{net, loss};
  }
  return *best;
}

}  // namespace

int main() {
  const auto x = curve_points().cast(float32);
  const std::vector<index_t> widths{1, 2, 3, 10, 30};
  // For each curve, the networks that are drawn, one of them with its units, which are up to ten.
  const std::vector<std::vector<index_t>> drawn{{1, 2}, {1, 2, 3}, {3, 10, 30}};
  plot figure("e16_universal.svg", {.width = 1000, .height = 1050});
  figure.title("Networks with one hidden layer, and what their units compute").panels(3, 2);

  std::vector<std::vector<double>> losses;
  const auto all = curves(curve_points());
  for (std::size_t k = 0; k < all.size(); ++k) {
    const auto y = all[k].y.cast(float32);
    auto& row = losses.emplace_back();
    std::optional<network> last;
    fmt::print("{}\n", all[k].name);
    figure.panel(all[k].name).x_label("x").points("", slice(x, 0, 0, 200, 5), slice(y, 0, 0, 200, 5), 7);
    for (const auto width : widths) {
      const auto [net, loss] = fit(width, x, y);
      row.push_back(loss);
      fmt::print("  1-{}-1: {:>3} parameters, mean square error {:.2e}\n", width, nn::count_parameters(net), loss);
      if (std::find(drawn[k].begin(), drawn[k].end(), width) == drawn[k].end()) continue;
      figure.line(fmt::format("1-{}-1", width), x, net(x).value());
      if (width <= 10) last = net;
    }
    const auto width = last->hidden.weight.shape()[0];
    const auto outputs = last->units(x).value(), given = last->output.weight.value();
    figure.panel(fmt::format("1-{}-1: the outputs of its hidden units", width)).x_label("x").x_range(-1, 1);
    for (index_t j = 0; j < width; ++j)
      figure.line(width <= 3 ? fmt::format("unit {}, times {:.1f}", j + 1, given.at(0, j)) : "", x, take(outputs, j, 1));
  }
  draw(figure);
  const auto with_sigmoid = fit(2, x, all[0].y.cast(float32), step::sigmoid).loss;

  expectations expect;
  expect("parameters of 1-2-1", static_cast<double>(nn::count_parameters(network{{1, 2}, {2, 1}})), 7);
  expect("parameters of 1-3-1", static_cast<double>(nn::count_parameters(network{{1, 3}, {3, 1}})), 10);
  const auto &sine = losses[0], &damped = losses[1], &hard = losses[2];
  expect("1-1-1 does not fit the sine", sine[0] > 0.05);
  expect("1-2-1 does", sine[1] < 2e-4);
  expect("with sigmoids for tanh, too", with_sigmoid < 2e-4);
  expect("1-1-1 and 1-2-1 do not fit the damped wave", damped[0] > 0.05 && damped[1] > 0.02);
  expect("1-3-1 does", damped[2] < 2e-4);
  expect("Nielsen's curve is too much for 1-3-1", hard[2] > 1e-3);
  expect("1-10-1 is twice as close", hard[3] < hard[2] / 2);
  expect("1-30-1 is twenty times as close", hard[4] < hard[2] / 20);
  return expect.exit_code();
}
