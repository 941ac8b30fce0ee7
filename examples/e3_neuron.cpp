// E3. A sigmoid neuron written in elementary operations, and the same with the sigmoid as one node: many small local gradients, or
// one, and the same result.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

using namespace seegrad;

namespace {

auto neuron(bool one_node, const char* file, expectations& expect) -> void {
  graph g;
  const auto w0 = input(2, "w0"), x0 = input(-1, "x0"), w1 = input(-3, "w1"), x1 = input(-2, "x1"), w2 = input(-3, "w2");
  const auto p = w0 * x0;
  const auto q = w1 * x1;
  const auto z = named(p + q + w2, "z");
  const auto f = named(one_node ? sigmoid(z) : 1 / (1 + exp(-z)), "f");
  backward(f);
  expect("f", f.value(), 0.7311, 5e-5);
  expect("df/dw0", grad(w0), -0.1966, 5e-5);
  expect("df/dw1", grad(w1), -0.3932, 5e-5);
  expect("df/dw2", grad(w2), 0.1966, 5e-5);
  expect("df/dx0", grad(x0), 0.3932, 5e-5);
  expect("df/dx1", grad(x1), -0.5898, 5e-5);
  expect("the check passes", check(f).passed());
  picture(f, {.title = one_node ? "a neuron, the sigmoid as one node" : "a neuron in elementary operations"}).save(file);
  fmt::print("  {} nodes; drawn: {}\n", g.size(), file);
}

}  // namespace

int main() {
  expectations expect;
  fmt::print("f = 1 / (1 + exp(-(w0 x0 + w1 x1 + w2)))\n");
  neuron(false, "e3_elementary.svg", expect);
  fmt::print("f = sigmoid(w0 x0 + w1 x1 + w2)\n");
  neuron(true, "e3_sigmoid.svg", expect);
  return expect.exit_code();
}
