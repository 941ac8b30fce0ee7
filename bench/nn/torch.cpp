#include "../scalar/measure.hpp"
#include "tables.hpp"

#ifdef BENCH_TORCH
#include <cmath>
#include <torch/torch.h>

namespace bench {
namespace {

using weights = std::map<std::string, torch::Tensor>;
using torch::Tensor;

auto to_tensor(const numbers& n) -> Tensor {
  const auto t = torch::from_blob(const_cast<float*>(n.values.data()), n.shape, torch::kFloat32).clone();
  return n.labels ? t.to(torch::kInt64) : t;
}

// x [L, N, E] through a block with its norms after the sums.
auto transformer(const weights& w, const Tensor& x) -> Tensor {
  const auto of = [&](const std::string& key) { return w.at("block." + key); };
  constexpr std::int64_t heads = 4;
  const auto L = x.size(0), N = x.size(1), E = x.size(2), D = E / heads;
  const auto all = torch::linear(x, of("self_attn.in_proj_weight"), of("self_attn.in_proj_bias")).chunk(3, -1);
  const auto split = [&](const Tensor& a) { return a.reshape({L, N * heads, D}).transpose(0, 1); };
  const auto scores = torch::bmm(split(all[0]) * (1 / std::sqrt(static_cast<double>(D))), split(all[1]).transpose(1, 2));
  const auto seen = torch::bmm(torch::softmax(scores, -1), split(all[2])).transpose(0, 1).reshape({L, N, E});
  const auto attended = torch::linear(seen, of("self_attn.out_proj.weight"), of("self_attn.out_proj.bias"));
  const auto a = torch::layer_norm(x + attended, {E}, of("norm1.weight"), of("norm1.bias"));
  const auto inner = torch::relu(torch::linear(a, of("linear1.weight"), of("linear1.bias")));
  const auto b = torch::linear(inner, of("linear2.weight"), of("linear2.bias"));
  return torch::layer_norm(a + b, {E}, of("norm2.weight"), of("norm2.bias"));
}

// The functions alone, without modules: the leanest way of using libtorch.
auto forward(const std::string& name, const weights& w, const Tensor& x) -> Tensor {
  const auto linear = [&](const Tensor& a, const std::string& layer) {
    return torch::linear(a, w.at(layer + ".weight"), w.at(layer + ".bias"));
  };
  if (name == "MLP 784-128-10") return linear(torch::relu(linear(x, "hidden")), "output");
  if (name == "MLP 2-16-16-1") return linear(torch::tanh(linear(torch::tanh(linear(x, "first")), "second")), "third");
  if (name == "12288-20-7-5-1")
    return linear(torch::relu(linear(torch::relu(linear(torch::relu(linear(x, "first")), "second")), "third")), "fourth");
  if (name == "LeNet") {
    const auto a = torch::max_pool2d(torch::relu(torch::conv2d(x, w.at("first.weight"), w.at("first.bias"), 1, 2)), 2);
    const auto b = torch::max_pool2d(torch::relu(torch::conv2d(a, w.at("second.weight"), w.at("second.bias"))), 2);
    return linear(torch::relu(linear(torch::relu(linear(b.flatten(1), "third")), "fourth")), "output");
  }
  if (name == "LSTM 128, sequence 50") {
    const auto zero = torch::zeros({1, x.size(1), 128});
    const auto out = torch::lstm(
        x, {zero, zero}, {w.at("lstm.weight_ih_l0"), w.at("lstm.weight_hh_l0"), w.at("lstm.bias_ih_l0"), w.at("lstm.bias_hh_l0")},
        true, 1, 0.0, true, false, false);
    return linear(std::get<0>(out)[-1], "output");
  }
  return transformer(w, x);
}

auto loss_of(const std::string& name, const Tensor& y, const Tensor& wanted) -> Tensor {
  if (name == "MLP 2-16-16-1" || name.starts_with("transformer")) return torch::mse_loss(y, wanted);
  if (name == "12288-20-7-5-1") return torch::binary_cross_entropy_with_logits(y, wanted);
  return torch::cross_entropy_loss(y, wanted);
}

}  // namespace

namespace {

auto get_ready() -> void {
  at::set_num_threads(1);
  at::globalContext().setFlushDenormal(true);
}

}  // namespace

auto torch_step(const task& t) -> step {
  get_ready();
  weights w;
  for (const auto& [key, n] : t.weights) w.emplace(key, to_tensor(n).requires_grad_());
  return [w, x = to_tensor(t.x), y = to_tensor(t.y), name = t.name, lr = t.lr]() mutable {
    for (auto& [key, p] : w) p.mutable_grad().reset();
    const auto loss = loss_of(name, forward(name, w, x), y);
    loss.backward();
    const torch::NoGradGuard quiet;
    for (auto& [key, p] : w) p.add_(p.grad(), -lr);
    return loss.item<double>();
  };
}

auto torch_prediction(const task& t) -> std::function<void()> {
  get_ready();
  weights w;
  for (const auto& [key, n] : t.weights) w.emplace(key, to_tensor(n));
  return [w, x = to_tensor(t.x), name = t.name] {
    const torch::InferenceMode quiet;
    static_cast<void>(forward(name, w, x));
  };
}

auto torch_epochs(const pictures& p, bool adam) -> epochs_result {
  get_ready();
  torch::manual_seed(1);
  torch::nn::Linear hidden(784, 128), output(128, 10);
  std::vector<Tensor> all = hidden->parameters();
  for (const auto& q : output->parameters()) all.push_back(q);
  std::unique_ptr<torch::optim::Optimizer> optimiser;
  if (adam) optimiser = std::make_unique<torch::optim::Adam>(all, torch::optim::AdamOptions(1e-3));
  else optimiser = std::make_unique<torch::optim::SGD>(all, torch::optim::SGDOptions(0.1));
  const auto model = [&](const Tensor& x) { return output(torch::relu(hidden(x))); };
  const auto x = to_tensor(p.train_x), y = to_tensor(p.train_y);
  const auto n = x.size(0);
  const auto start = processor_time();
  for (int epoch = 0; epoch < 5; ++epoch) {
    const auto order = torch::randperm(n);
    for (std::int64_t i = 0; i < n; i += 64) {
      const auto batch = order.slice(0, i, std::min(i + 64, n));
      optimiser->zero_grad();
      torch::cross_entropy_loss(model(x.index_select(0, batch)), y.index_select(0, batch)).backward();
      optimiser->step();
    }
  }
  const auto took = processor_time() - start;
  const torch::NoGradGuard quiet;
  const auto right = model(to_tensor(p.test_x)).argmax(1).eq(to_tensor(p.test_y)).sum().item<double>();
  return {took / 5, right / static_cast<double>(p.test_y.shape[0])};
}

}  // namespace bench
#else
namespace bench {
auto torch_step(const task&) -> step { return {}; }
auto torch_prediction(const task&) -> std::function<void()> { return {}; }
auto torch_epochs(const pictures&, bool) -> epochs_result { return {}; }
}  // namespace bench
#endif
