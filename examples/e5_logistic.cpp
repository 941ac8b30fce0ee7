// E5. Logistic regression on one sample with two features, drawn as a graph. The formulas dz = a - y, dw1 = x1 dz, dw2 = x2 dz and
// db = dz can be read off the picture; then one step of gradient descent.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

using namespace seegrad;

int main() {
  graph g;
  const double x1 = 1.5, x2 = -2, y = 1, rate = 0.1;
  const auto w1 = input(0.4, "w1"), w2 = input(0.3, "w2"), b = input(-0.2, "b");

  // The loss is written with log_sigmoid, which is exact where log(sigmoid(z)) would be log(0).
  const auto loss_at = [&](const scalar& v1, const scalar& v2, const scalar& c) {
    const auto p = v1 * x1;
    const auto q = v2 * x2;
    const auto z = named(p + q + c, "z");
    const auto right = y * log_sigmoid(z);
    const auto wrong = (1 - y) * log_sigmoid(-z);
    return std::pair{z, named(-(right + wrong), "L")};
  };
  const auto [z, L] = loss_at(w1, w2, b);
  const double a = sigmoid(z.value());
  backward(L);

  expectations expect;
  fmt::print("one sample (x1, x2) = (1.5, -2) with label 1\n");
  expect("a = sigmoid(z)", a, 1 / (1 + std::exp(-(0.4 * 1.5 + 0.3 * -2 - 0.2))));
  expect("L = -log a", L.value(), -std::log(a));
  expect("dz = a - y", grad(z), a - y);
  expect("dw1 = x1 dz", grad(w1), x1 * (a - y));
  expect("dw2 = x2 dz", grad(w2), x2 * (a - y));
  expect("db = dz", grad(b), a - y);
  expect("the check passes", check(L).passed());
  picture(L, {.title = "logistic regression, one sample"}).save("e5_logistic.svg");

  const auto before = L.value();
  const auto after = loss_at(w1.value() - rate * grad(w1), w2.value() - rate * grad(w2), b.value() - rate * grad(b)).second;
  fmt::print("  one step with learning rate {}: L falls from {:.4f} to {:.4f}\n", rate, before, after.value());
  expect("the step lowers the loss", after < before);
  fmt::print("drawn: e5_logistic.svg\n");
  return expect.exit_code();
}
