// E13. Units that are stuck: ReLUs that die of one step that was too large, since where relu is 0 its slope is 0,
// too; and a single neuron that is sure and wrong, and takes many steps to find out.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/optimise/sgd.hpp>
#include <nn/see/diagnose.hpp>

using namespace seegrad;

namespace {

using activation = tensor (*)(const tensor&);

struct network {
  activation f;
  nn::linear hidden1{2, 32}, hidden2{32, 32}, output{32, 1};
  auto operator()(const tensor& x) const -> tensor {
    const auto a1 = named(f(hidden1(x)), "a1"), a2 = named(f(hidden2(a1)), "a2");
    return output(a2);
  }
};

// Hidden units that are 0 for every sample, and so get no gradient from any.
auto dead_units(const network& net, const array& x) -> index_t {
  const auto a1 = net.f(net.hidden1(x)), a2 = net.f(net.hidden2(a1));
  return count_nonzero(max(a1.value(), {0}) == 0.0) + count_nonzero(max(a2.value(), {0}) == 0.0);
}

// Units that one step of gradient descent kills.
auto killed(activation f, double rate, const nn::dataset& data, std::string_view name) -> index_t {
  nn::manual_seed(13);
  network net{f};
  const auto before = dead_units(net, data.inputs);
  graph g;
  nn::sgd descent{{.lr = rate}};
  const auto J = nn::binary_cross_entropy_with_logits(net(data.inputs), data.targets);
  backward(J);
  descent.step(net);
  const auto after = nn::binary_cross_entropy_with_logits(net(data.inputs), data.targets);
  backward(after);
  const auto dead = dead_units(net, data.inputs);
  fmt::print("  {}, learning rate {}: loss {:.3f}, then {:.3f}; dead units {}, then {}\n", name, rate, J.at(), after.at(), before,
             dead);
  for (const auto& found : nn::diagnose(after).findings) fmt::print("    {}: {}\n", found.where, found.text);
  return dead - before;
}

// Steps that a neuron a = f(w x + b), x = 1, which says 0.9 where 0 is right, takes to get down to 0.5.
auto steps_to_half(activation f, double z, bool cross_entropy) -> int {
  nn::parameter w(array{z / 2}), b(array{z / 2});
  graph g;
  for (int step = 0;; ++step) {
    const rewind_scope again;
    const auto a = f(w() * 1.0 + b());
    if (a.at(0) <= 0.5) return step;
    backward(cross_entropy ? -log(1.0 - a) : square(a) * 0.5);
    w = w.value() - 0.15 * grad(w), b = b.value() - 0.15 * grad(b);
  }
}

}  // namespace

int main() {
  expectations expect;
  const activation by_sigmoid = [](const tensor& x) { return sigmoid(x); }, by_tanh = [](const tensor& x) { return tanh(x); };
  const activation by_relu = [](const tensor& x) { return relu(x); },
                   by_leaky = [](const tensor& x) { return leaky_relu(x, 0.01); };
  generator random(13);
  auto data = nn::moons(random, 200, 0.1, float32);
  data.targets = reshape(data.targets, {200, 1});

  fmt::print("one step of gradient descent, 64 hidden units, and what nn::diagnose says after it\n");
  expect("a small step kills none", killed(by_relu, 0.1, data, "relu"), 0);
  expect("one that is far too large kills several", killed(by_relu, 100, data, "relu") >= 3);  // 4 to 16 with other seeds
  expect("leaky relu does not die", killed(by_leaky, 100, data, "leaky relu"), 0);

  // With the slope da/dz the gradient is a da/dz: a² (1 - a) for sigmoid, a (1 - a²) for tanh; and a alone for cross entropy,
  // in which sigmoid's slope cancels. Each step moves z by 2 * 0.15 times that, half of it through w and half through b.
  fmt::print("\nsteps one neuron takes from 0.9 down to 0.5, where 0 is right; learning rate 0.15\n");
  expect("sigmoid, squared error", steps_to_half(by_sigmoid, std::log(9.0), false), 60);
  expect("tanh, squared error", steps_to_half(by_tanh, std::atanh(0.9), false), 12);
  expect("sigmoid, cross entropy", steps_to_half(by_sigmoid, std::log(9.0), true), 10);
  return expect.exit_code();
}
