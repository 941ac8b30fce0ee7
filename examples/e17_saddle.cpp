// E17. A saddle: the gradient beside it is so small that the loss stands still for hundreds of steps, and looks as if it had reached
// the bottom, though the way down is there. Momentum adds up the small gradients, and leaves it sooner.

#include "draw.hpp"
#include "expect.hpp"

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <nn/optimise/sgd.hpp>

using namespace seegrad;

namespace {

struct walker {
  nn::parameter x{full({}, 1)}, y{full({}, 1e-4)};
  auto height() const -> tensor { return square(x()) - square(y()) + square(square(y())); }
};

struct way {
  std::vector<double> x, y, height;

  auto steps_to(double below) const -> int {
    return static_cast<int>(std::find_if(height.begin(), height.end(), [&](double h) { return h < below; }) - height.begin());
  }
};

auto walk_down(double momentum) -> way {
  graph g;
  walker w;
  nn::sgd descent{{.lr = 0.01, .momentum = momentum}};
  way gone;
  for (int step = 0; step < 800; ++step) {
    rewind_scope once;
    const auto h = w.height();
    gone.x.push_back(w.x.value().item()), gone.y.push_back(w.y.value().item()), gone.height.push_back(h.value().item());
    backward(h);
    descent.step(w);
  }
  return gone;
}

}  // namespace

int main() {
  const auto plain = walk_down(0), heavy = walk_down(0.9);
  expectations expect;
  fmt::print(
      "from (1, 0.0001) past the saddle (0, 0) of x² - y² + y⁴ to the bottom (0, 1/√2): steps until the height is below -0.2\n");
  fmt::print("  gradient descent   {:>4}\n  with momentum 0.9  {:>4}\n", plain.steps_to(-0.2), heavy.steps_to(-0.2));
  for (const auto* w : {&plain, &heavy}) {
    expect("ends at the height -1/4", w->height.back(), -0.25, 1e-6);
    expect("ends at y = 1/√2", w->y.back(), std::sqrt(0.5), 1e-4);
  }
  // Beside the saddle each step makes y larger by the factor 1 + 2 · 0.01, so from 0.0001 to 0.1 it takes ln 1000 / ln 1.02 steps.
  const auto left = std::find_if(plain.y.begin(), plain.y.end(), [](double y) { return y > 0.1; }) - plain.y.begin();
  expect("steps until y is 0.1", static_cast<double>(left), std::log(1000.0) / std::log(1.02), 4);
  expect("for more than 200 steps the height is within 0.01 of 0", plain.steps_to(-0.01) - plain.steps_to(0.01) > 200);
  expect("momentum is down four times as soon", heavy.steps_to(-0.2) < plain.steps_to(-0.2) / 4);

  plot figure("e17_saddle.svg");
  figure.title("Past the saddle of x² - y² + y⁴").panels(1, 2);
  figure.panel("height").x_label("step").line("gradient descent", plain.height).line("with momentum 0.9", heavy.height);
  figure.panel("seen from above").x_label("x").y_label("y");
  figure.contour(
      [](const array& p) {
        const auto x = take(p, 0, 1), y = take(p, 1, 1);
        return x * x - y * y + y * y * y * y;
      },
      {{-1.1, 1.1}, {-0.3, 1.1}});
  figure.line("gradient descent", plain.x, plain.y).line("with momentum 0.9", heavy.x, heavy.y);
  draw(figure);
  return expect.exit_code();
}
