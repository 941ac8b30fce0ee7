// Steps of every loss, run and recorded: the same bits.

#include <cmath>
#include <doctest/doctest.h>
#include <nn/nn.hpp>

#include "fit_support.hpp"
#include "networks.hpp"
#include "run_both.hpp"

TEST_CASE("every loss, with its options") {
  const auto x = rows_of(200, 3).inputs;
  const nn::fit_options usual{.epochs = 1, .batch_size = 10};
  const auto of = [&](const array& target, nn::loss_function loss) {
    auto how = usual;
    how.loss = std::move(loss);
    return run_both([] { return classes_of_three(); }, {x, target}, how);
  };
  generator g(2);
  const auto unit = rand(g, {200, 4}, float32), any = randn(g, {200, 4}, float32),
             signs = where(any > 0.0, 1.0, -1.0).cast(float32);
  const auto label = labels(200, 4);
  using T = const tensor&;
  CHECK(of(any, [](T y, T t) { return nn::mse_loss(y, t); }) > 10);
  CHECK(of(any, [](T y, T t) { return nn::l1_loss(y, t); }) > 10);
  CHECK(of(any, [](T y, T t) { return nn::huber_loss(y, t); }) > 10);
  CHECK(of(unit, [](T y, T t) { return nn::binary_cross_entropy(sigmoid(y), t); }) > 10);
  CHECK(of(unit, [](T y, T t) { return nn::binary_cross_entropy_with_logits(y, t); }) > 10);
  CHECK(of(unit, [](T y, T t) { return nn::kl_div(nn::log_softmax()(y), softmax(t, 1)); }) > 10);
  CHECK(of(softmax(any, 1), [](T y, T t) { return nn::cross_entropy(y, t, {.label_smoothing = 0.1}); }) > 10);
  CHECK(of(label, [](T y, T t) { return nn::cross_entropy(y, t, {.label_smoothing = 0.1}); }) > 10);
  CHECK(of(label, [](T y, T t) { return nn::nll_loss(log_softmax(y, 1), t); }) > 10);
  CHECK(of(signs, [](T y, T t) { return nn::hinge_loss(y, t); }) > 10);
  CHECK(of(signs, [](T y, T t) { return nn::hinge_embedding_loss(y, t); }) > 10);
  CHECK(of(signs.cast(float64), [](T y, T t) { return nn::hinge_embedding_loss(y, t); }) > 10);
  CHECK(of(label, [](T y, T t) { return nn::cross_entropy(y, t, {.weight = array{0.5, 1.0, 2.0, 1.5}}); }) > 10);
  CHECK(of(label, [](T y, T t) { return nn::cross_entropy(y, t, {.ignore_index = 2}); }) > 10);
  CHECK(of(label, [](T y, T t) {
          return nn::cross_entropy(y, t, {.weight = array{0.5, 1.0, 2.0, 1.5}, .ignore_index = 1, .label_smoothing = 0.1});
        }) > 10);
  CHECK(of(label, [](T y, T t) { return nn::nll_loss(log_softmax(y, 1), t, {.weight = array{0.5, 1.0, 2.0, 1.5}}); }) > 10);
  CHECK(of(label, [](T y, T t) {
          return nn::cross_entropy(y, t, {.weight = array{0.5, 1.0, 2.0, 1.5}, .reduction = nn::reduction::sum});
        }) > 10);
  CHECK(of(any.cast(float64), [](T y, T t) { return nn::mse_loss(y, t); }) > 10);

  // The first batches have no label that is ignored, the others one or more.
  auto rare = label.copy();
  for (index_t i = 0; i < 200; ++i) rare.set(i % 2, i);
  for (index_t i = 120; i < 200; i += 3) rare.set(3, i);
  auto how = usual;
  how.shuffle = false;
  how.loss = [](T y, T t) { return nn::cross_entropy(y, t, {.ignore_index = 3}); };
  const auto run = run_both([] { return classes_of_three(); }, {x, rare}, how);
  CHECK(run > 10);
  // A label of the usual number to pass over, which nobody named, is met by surprise: such steps are recorded.
  for (index_t i = 120; i < 200; i += 3) rare.set(-100, i);
  how.loss = [](T y, T t) { return nn::cross_entropy(y, t); };
  how.metric = nn::metric{"none", [](const array&, const array&) { return 0.0; }};
  const auto surprised = run_both([] { return classes_of_three(); }, {x, rare}, how);
  CHECK(surprised > 3);
  CHECK(surprised < 12);
}
