// E12. Where training begins decides where it gets: the same network of tanh layers on the same flower, from weights that are
// all 0, all 0.5, small (× 0.01), large (× 10), and of the sizes of Xavier and of He. Equal units stay equal for ever. Small
// weights get small gradients, and it takes hundreds of steps until they are not small any more. Large ones saturate tanh, the
// first loss is high, and what gradient gets through is multiplied by large weights, so the steps jump.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <functional>
#include <nn/data/synthetic.hpp>
#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/metric/metric.hpp>
#include <nn/optimise/sgd.hpp>
#include <nn/see/diagnose.hpp>

using namespace seegrad;

namespace {

struct network {
  nn::linear hidden1{2, 8}, hidden2{8, 8}, output{8, 1};
  auto operator()(const tensor& x) -> tensor {
    const auto a1 = named(tanh(hidden1(x)), "a1"), a2 = named(tanh(hidden2(a1)), "a2");
    return output(a2);
  }
};

struct start {
  std::string name, file;
  std::function<void(nn::parameter&)> set;
};
const start starts[] = {
    {"zeros", "zeros", [](nn::parameter& w) { nn::init::zeros(w); }},
    {"all 0.5", "equal", [](nn::parameter& w) { nn::init::constant(w, 0.5); }},
    {"× 0.01", "small", [](nn::parameter& w) { nn::init::normal(w, 0, 0.01); }},
    {"× 10", "large", [](nn::parameter& w) { nn::init::normal(w, 0, 10); }},
    {"Xavier", "xavier", [](nn::parameter& w) { nn::init::xavier_normal(w); }},
    {"He", "he", [](nn::parameter& w) { nn::init::kaiming_normal(w); }},
};
constexpr int steps = 1000;

struct run {
  std::vector<double> losses, sizes;  // of J and of dW1, step by step
  double accuracy, saturated;
  bool equal_rows = true;  // of dW1, at every step
};

auto size_of(const array& d) -> double { return std::sqrt(mean(square(d)).item()); }
auto has_equal_rows(const array& d) -> bool { return max(abs(d - take(d, 0))).item() <= 1e-6 * max(abs(d)).item(); }

auto train(const start& from, const nn::dataset& data) -> run {
  network net;
  nn::manual_seed(12);
  for (auto* layer : {&net.hidden1, &net.hidden2, &net.output}) from.set(layer->weight), nn::init::zeros(*layer->bias);
  nn::name_layers(net);

  run r;
  nn::sgd descent{{.lr = 0.5}};
  graph g;
  for (int step = 0; step <= steps; ++step) {
    const rewind_scope again;
    const auto z = net(data.inputs);
    const auto J = nn::binary_cross_entropy_with_logits(z, data.targets);
    backward(J);
    if (step == 0) {
      fmt::print("{}: at the start\n{}", from.name, nn::diagnose(J).text());
      nn::draw(J, {.hide_constants = true, .title = "first step from " + from.name}).save("e12_" + from.file + ".svg");
      r.saturated = mean((abs(tanh(net.hidden1(data.inputs)).value()) > 0.99).cast(float32)).item();
    }
    const auto dW1 = grad(net.hidden1.weight);
    r.equal_rows = r.equal_rows && has_equal_rows(dW1);
    r.losses.push_back(J.at()), r.sizes.push_back(size_of(dW1));
    r.accuracy = nn::binary_accuracy(z.value(), data.targets, 0);
    descent.step(net);
  }
  fmt::print("  after {} steps: loss {:.4f}, accuracy {:.3f}\n\n", steps, r.losses.back(), r.accuracy);
  return r;
}

}  // namespace

int main() {
  expectations expect;
  generator random(12);
  auto data = nn::planar_flower(random, 400, 0.2, 4, float32);
  data.targets = reshape(data.targets, {400, 1});

  plot figure("e12_initialisation.svg", {.width = 1100, .height = 480});
  figure.title("The same network from six starts").panels(1, 2);
  std::vector<run> runs;
  for (const auto& from : starts) runs.push_back(train(from, data));
  figure.panel("loss").x_label("step").log_y();
  for (std::size_t i = 0; i < runs.size(); ++i) figure.line(starts[i].name, runs[i].losses);
  figure.panel("size of dW1 (root mean square); always 0 from zeros").x_label("step").log_y();
  for (std::size_t i = 0; i < runs.size(); ++i) figure.line(starts[i].name, runs[i].sizes);

  const auto& [zero, equal, small, large, xavier, he] = std::tie(runs[0], runs[1], runs[2], runs[3], runs[4], runs[5]);
  expect("zeros: the rows of dW1 are equal at every step", zero.equal_rows);
  expect("zeros: the loss does not fall below log 2", zero.losses.back(), std::log(2.0), 1e-3);
  expect("all 0.5: the rows of dW1 are equal at every step", equal.equal_rows);
  expect("all 0.5: a unit copied eight times is still one unit", equal.accuracy < xavier.accuracy - 0.1);
  expect("× 0.01: dW1 is 100 times smaller than with Xavier at first", small.sizes[0] < 0.01 * xavier.sizes[0]);
  expect("× 10: more than half of the first layer is saturated", large.saturated > 0.5);
  expect("× 10: with Xavier less than a quarter is", xavier.saturated < 0.25);
  expect("× 10: the loss begins far above log 2", large.losses[0] > 5 * std::log(2.0));
  expect("after 100 steps Xavier and He are ahead of all others",
         std::max(xavier.losses[100], he.losses[100]) <
             std::min({zero.losses[100], equal.losses[100], small.losses[100], large.losses[100]}));
  expect("Xavier and He learn the flower", xavier.accuracy > 0.85 && he.accuracy > 0.85);
  expect("and their units differ", !xavier.equal_rows && !he.equal_rows);
  draw(figure);
  return expect.exit_code();
}
