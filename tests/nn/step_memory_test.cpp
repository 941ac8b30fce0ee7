// A training step that is run asks nobody for memory: what it works with is of the pool, or of the step before.

#include <atomic>
#include <autodiff/autodiff.hpp>
#include <cstdlib>
#include <doctest/doctest.h>
#include <new>
#include <nn/nn.hpp>

using namespace seegrad;

namespace {

std::atomic<long> asked{0};

struct images {
  nn::conv2d first{1, 6, 5, {.padding = 2}}, second{6, 16, 5, {.stride = 2, .groups = 2}};
  nn::batch_norm norm{6};
  nn::conv_transpose2d back{16, 4, 3, {.stride = 2}};
  nn::linear output{4 * 10 * 10, 10};
  auto operator()(const tensor& x) const -> tensor {
    const auto a = avg_pool2d(relu(norm(first(x))), 2), b = back(relu(second(a)));
    return output(flatten(max_pool2d(b, 2, {.stride = 1}), 1));
  }
};
struct sequences {
  nn::lstm lstm{8, 8, {.num_layers = 2}};
  nn::gru gru{8, 8};
  nn::linear output{8, 10};
  auto operator()(const tensor& x) -> tensor { return output(take(gru(lstm(x).output).output, -1)); }
};
struct blocks {
  nn::transformer_encoder_layer block{8, 2, {.dim_feedforward = 16, .dropout = 0.1, .batch_first = true}};
  nn::linear output{8, 10};
  auto operator()(const tensor& x) -> tensor { return output(mean(block(x), 1)); }
};

template <class M>
auto calls_in_a_run_step(const dims& shape, index_t batch) -> long {
  generator g(1);
  M model;
  nn::training_step step(model, [](const tensor& y, const tensor& t) { return nn::cross_entropy(y, t); });
  nn::sgd optimiser({.lr = 0.01, .momentum = 0.9});
  const nn::dataset data{rand(g, shape, float32), randint(g, {batch}, 0, 10)};
  const auto run = [&] { optimiser.step(model, step(data).gradients); };
  for (int i = 0; i < 24; ++i) run();  // the next dozen are all run
  const auto before = asked.load(), ran = static_cast<long>(step.steps_run());
  run();
  const auto calls = asked.load() - before;
  CHECK(step.steps_run() == ran + 1);
  CHECK(step.why_recorded().empty());
  return calls;
}

}  // namespace

[[gnu::noinline]] auto operator new(std::size_t n) -> void* {
  asked.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(n > 0 ? n : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] auto operator delete(void* p) noexcept -> void { std::free(p); }
[[gnu::noinline]] auto operator delete(void* p, std::size_t) noexcept -> void { std::free(p); }

TEST_CASE("no step that is run calls operator new") {
  CHECK(calls_in_a_run_step<images>({4, 1, 28, 28}, 4) == 0);
  CHECK(calls_in_a_run_step<sequences>({5, 4, 8}, 4) == 0);
  CHECK(calls_in_a_run_step<blocks>({4, 6, 8}, 4) == 0);
}
