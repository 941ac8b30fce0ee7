#include "../scalar/measure.hpp"
#include "tables.hpp"

#include <nn/nn.hpp>
#include <nn/train/multiply_adds.hpp>

using namespace seegrad;

namespace {

struct perceptron {
  nn::linear hidden{784, 128}, output{128, 10};
  auto operator()(const tensor& x) const -> tensor { return output(relu(hidden(x))); }
};
struct small {
  nn::linear first{2, 16}, second{16, 16}, third{16, 1};
  auto operator()(const tensor& x) const -> tensor { return third(tanh(second(tanh(first(x))))); }
};
struct wide {
  nn::linear first{12288, 20}, second{20, 7}, third{7, 5}, fourth{5, 1};
  auto operator()(const tensor& x) const -> tensor { return fourth(relu(third(relu(second(relu(first(x))))))); }
};
struct lenet {
  nn::conv2d first{1, 6, 5, {.padding = 2}}, second{6, 16, 5};
  nn::linear third{400, 120}, fourth{120, 84}, output{84, 10};
  auto operator()(const tensor& x) const -> tensor {
    const auto a = max_pool2d(relu(first(x)), 2), b = max_pool2d(relu(second(a)), 2);
    return output(relu(fourth(relu(third(flatten(b, 1))))));
  }
};
struct recurrent {
  nn::lstm lstm{128, 128};
  nn::linear output{128, 10};
  auto operator()(const tensor& x) -> tensor { return output(take(lstm(x).output, -1)); }
};
struct transformer {
  nn::transformer_encoder_layer block{128, 4, {.dim_feedforward = 512, .dropout = 0}};
  auto operator()(const tensor& x) -> tensor { return block(x); }
};

auto to_numbers(const array& a) -> bench::numbers {
  return {{a.shape().begin(), a.shape().end()}, a.to_vector<float>(), !a.is_floating()};
}
auto to_array(const bench::numbers& n) -> array {
  const array a(n.values, dims(n.shape));
  return n.labels ? a.cast(int64) : a;
}

enum class loss_kind { classes, squares, logits };

// f(name, a new model, what its loss is).
template <class F>
auto with_model(const std::string& name, F f) {
  if (name == "MLP 784-128-10") return f(perceptron{}, loss_kind::classes);
  if (name == "MLP 2-16-16-1") return f(small{}, loss_kind::squares);
  if (name == "12288-20-7-5-1") return f(wide{}, loss_kind::logits);
  if (name == "LeNet") return f(lenet{}, loss_kind::classes);
  if (name == "LSTM 128, sequence 50") return f(recurrent{}, loss_kind::classes);
  return f(transformer{}, loss_kind::squares);
}

auto loss_of(loss_kind kind, const tensor& y, const array& wanted) -> tensor {
  switch (kind) {
    case loss_kind::classes: return nn::cross_entropy(y, wanted);
    case loss_kind::squares: return nn::mse_loss(y, wanted);
    case loss_kind::logits: break;
  }
  return nn::binary_cross_entropy_with_logits(y, wanted);
}

}  // namespace

namespace bench {

auto all_tasks() -> std::vector<task> {
  generator random(7);
  std::vector<task> all;
  const auto add = [&](const std::string& name, index_t batch, const array& x, const array& y) {
    nn::manual_seed(1);
    task t{name, batch, 0.1, to_numbers(x), to_numbers(y), {}};
    with_model(name, [&](auto model, loss_kind) {
      for (const auto& [key, value] : nn::state_dict(model)) t.weights.emplace(key, to_numbers(value));
      return 0;
    });
    all.push_back(std::move(t));
  };
  for (const index_t n : {1, 32, 64, 256}) {
    const auto x = rand(random, {n, 784}, float32);
    add("MLP 784-128-10", n, x, randint(random, {n}, 0, 10));
  }
  for (const index_t n : {1, 100}) {
    const auto x = rand(random, {n, 2}, float32);
    add("MLP 2-16-16-1", n, x, rand(random, {n, 1}, float32));
  }
  const auto pictures = rand(random, {209, 12288}, float32);
  add("12288-20-7-5-1", 209, pictures, bernoulli(random, {209, 1}, 0.5, float32));
  const auto small_pictures = rand(random, {64, 1, 28, 28}, float32);
  add("LeNet", 64, small_pictures, randint(random, {64}, 0, 10));
  const auto sequences = randn(random, {50, 16, 128}, float32);
  add("LSTM 128, sequence 50", 16, sequences, randint(random, {16}, 0, 10));
  const auto tokens = randn(random, {64, 8, 128}, float32);
  add("transformer 128, 4 heads, 64 tokens", 8, tokens, randn(random, {64, 8, 128}, float32));
  return all;
}

namespace {

template <class Model>
struct training {
  Model model;
  array x, y;
  nn::sgd optimiser;
};

// f(a model with the task's first weights and its batch, what its loss is).
template <class F>
auto with_training(const task& t, F f) {
  return with_model(t.name, [&](auto fresh, loss_kind kind) {
    nn::state_map weights;
    for (const auto& [key, n] : t.weights) weights.emplace(key, to_array(n));
    nn::load_state_dict(fresh, weights);
    using its = training<decltype(fresh)>;
    return f(std::make_shared<its>(its{std::move(fresh), to_array(t.x), to_array(t.y), nn::sgd{{.lr = t.lr}}}), kind);
  });
}

}  // namespace

auto seegrad_step(const task& t) -> step {
  return with_training(t, [](auto at, loss_kind kind) -> step {
    return [at, kind, g = std::make_shared<graph>()] {
      const rewind_scope again;
      const auto loss = loss_of(kind, at->model(at->x), at->y);
      backward(loss, adjoints::inputs);
      at->optimiser.step(at->model);
      return loss.value().item();
    };
  });
}

auto seegrad_run_step(const task& t) -> step {
  return with_training(t, [](auto at, loss_kind kind) -> step {
    const auto run = std::make_shared<nn::training_step>(
        at->model, [kind](const tensor& y, const tensor& wanted) { return loss_of(kind, y, wanted.value()); });
    return [at, run] {
      const auto& done = (*run)({at->x, at->y});
      at->optimiser.step(at->model, done.gradients);
      return done.loss;
    };
  });
}

auto seegrad_prediction(const task& t) -> std::function<void()> {
  return with_training(t, [](auto at, loss_kind) -> std::function<void()> {
    return [at, predict = nn::compile(at->model, at->x)] { static_cast<void>(predict(at->x)); };
  });
}

auto multiply_adds_of(const task& t) -> double {
  return with_training(t, [](auto at, loss_kind) {
    graph g;
    static_cast<void>(at->model(at->x));
    double all = 0;
    for (node_id k = 0; k < g.size(); ++k)
      if (!g.is_leaf(k)) all += static_cast<double>(nn::detail::multiply_adds(g, k));
    return all;
  });
}

auto needed_bytes(const task& t) -> std::size_t {
  return with_training(t, [](auto at, loss_kind kind) {
    graph g;
    backward(loss_of(kind, at->model(at->x), at->y), adjoints::inputs);
    const auto use = g.memory();
    return use.array_values + use.array_adjoints;
  });
}

auto seegrad_epochs(const pictures& p, bool adam) -> epochs_result {
  nn::manual_seed(1);
  perceptron model;
  const nn::dataset train{to_array(p.train_x), to_array(p.train_y)}, test{to_array(p.test_x), to_array(p.test_y)};
  nn::fit_options how{.epochs = 5, .batch_size = 64, .progress = nn::progress_style::none};
  if (adam) how.optimiser = nn::adam{{.lr = 1e-3}};
  else how.optimiser = nn::sgd{{.lr = 0.1}};
  const auto start = processor_time();
  nn::fit(model, train, how);
  const auto took = processor_time() - start;
  return {took / 5, nn::evaluate(model, test).metric};
}

}  // namespace bench
