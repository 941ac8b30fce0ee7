// Training: it learns, it repeats itself to the bit, and it leaves a model in the mode it had.

#include "fit_support.hpp"

#include <autodiff/array/parallel.hpp>
#include <cstdio>
#include <doctest/doctest.h>
#include <nn/train/summary.hpp>
#include <string>

namespace {

struct frozen_inside {
  net inner;
  nn::dropout drop{0.5};
  auto operator()(const tensor& x) -> tensor { return inner(drop(x)); }
};

}  // namespace

TEST_CASE("fit learns, and says what it saw") {
  const auto data = moons();
  auto m = new_net();
  const auto before = nn::evaluate(m, data);
  auto how = quiet(30);
  how.validation = data;
  const auto r = nn::fit(m, data, how);
  const auto after = nn::evaluate(m, data);
  CHECK(before.loss > 0.4);
  CHECK(after.loss < 0.1);
  CHECK(after.metric > 0.95);
  CHECK(r.history.size() == 30);
  CHECK(r.history.last("validation loss") == after.loss);
  CHECK(r.history.last("validation accuracy") == after.metric);
  CHECK(r.history.last("epoch") == 30);
  CHECK(r.history.last("learning rate") == 0.02);
  CHECK_FALSE(r.interrupted);
  CHECK_FALSE(r.stopped_early);
  const auto p = nn::predict(m, data.inputs, 64);
  CHECK(p.shape() == dims{300, 2});
  CHECK(nn::predict(m, data.inputs, 300).at(299, 1) == doctest::Approx(p.at(299, 1)).epsilon(1e-5));
}

TEST_CASE("the loop by hand gives the same bits") {
  const auto data = moons();
  auto a = new_net(), b = a;
  nn::fit(a, data, quiet(2));
  {
    const flush_to_zero flushing;
    graph g;
    nn::adam optimiser{{.lr = 0.02}};
    nn::data_loader loader(data, {.batch_size = 32});
    for (int epoch = 0; epoch < 2; ++epoch)
      for (const auto& [x, y] : loader) {
        const rewind_scope step;
        backward(nn::cross_entropy(b(x), y), adjoints::inputs);
        optimiser.step(b);
      }
  }
  CHECK(same(a, b));
}

TEST_CASE("the same seeds give the same bits, with threads and prefetching too") {
  const auto data = moons();
  auto a = new_net(), b = new_net(), c = new_net();
  nn::fit(a, data, quiet());
  nn::fit(b, data, quiet());
  CHECK(same(a, b));
  set_num_threads(2);
  auto how = quiet();
  how.prefetch = 2;
  nn::fit(c, data, how);
  set_num_threads(1);
  CHECK(same(a, c));
  auto d = new_net();
  how.seed = 2;
  nn::fit(d, data, how);
  CHECK_FALSE(same(a, d));
}

TEST_CASE("micro-batches add up to the step of the whole batch") {
  const auto data = moons();
  struct plain {
    nn::linear hidden{2, 16}, output{16, 2};
    auto operator()(const tensor& x) const -> tensor { return output(tanh(hidden(x))); }
  };
  nn::manual_seed(3);
  plain a;
  auto b = a;
  nn::to(a, float64), nn::to(b, float64);
  const nn::dataset wide{data.inputs.cast(float64), data.targets};
  auto how = quiet(2);
  how.batch_size = 30, how.clip_norm = 0.1;
  const auto whole = nn::fit(a, wide, how);
  how.micro_batches = 4;
  const auto parts = nn::fit(b, wide, how);
  CHECK(all_close(a.hidden.weight.value(), b.hidden.weight.value(), 1e-9, 1e-12));
  CHECK(all_close(a.output.bias->value(), b.output.bias->value(), 1e-9, 1e-12));
  CHECK(whole.history.last("loss") == doctest::Approx(parts.history.last("loss")).epsilon(1e-9));
}

TEST_CASE("schedule, early stopping and the function after each epoch") {
  const auto data = moons();
  auto m = new_net();
  auto how = quiet(5);
  how.schedule = nn::exponential_lr{.lr = 0.1, .gamma = 0.5};
  const auto r = nn::fit(m, data, how);
  CHECK(r.history["learning rate"] == std::vector<double>{0.1, 0.05, 0.025, 0.0125, 0.00625});

  how = quiet(50);
  how.optimiser = nn::sgd{{.lr = 0.0}};  // No progress at all, but for dropout.
  how.validation = data, how.early_stopping = nn::early_stopping_options{.patience = 3};
  const auto stopped = nn::fit(m, data, how);
  CHECK(stopped.stopped_early);
  CHECK(stopped.history.size() == 4);

  how = quiet(50);
  how.after_epoch = [](const nn::history& h) { return h.size() < 2; };
  CHECK(nn::fit(m, data, how).history.size() == 2);
}

TEST_CASE("a log has one line an epoch") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  auto m = new_net();
  auto how = quiet(2);
  how.progress = nn::progress_style::automatic, how.log = file;
  nn::fit(m, moons(), how);
  std::rewind(file);
  char line[512];
  int lines = 0;
  while (std::fgets(line, sizeof line, file)) {
    ++lines;
    CHECK(std::string(line).starts_with("epoch " + std::to_string(lines) + "/2  loss "));
    CHECK(std::string(line).find('\r') == std::string::npos);
  }
  std::fclose(file);
  CHECK(lines == 2);
}

TEST_CASE("a summary counts what a model uses") {
  auto m = new_net();
  const auto s = nn::summary(m, zeros({5, 2}, float32));
  REQUIRE(s.layers.size() == 2);
  CHECK(s.layers[0].name == "hidden");
  CHECK(s.layers[0].output == dims{5, 16});
  CHECK(s.layers[0].parameters == 48);
  CHECK(s.layers[1].parameters == 34);
  CHECK(s.parameters == 82);
  CHECK(s.operations_outside == 1);
  CHECK(s.text().find("82 parameters, 82 of them trained") != std::string::npos);
  nn::freeze(m.hidden);
  CHECK(nn::summary(m, zeros({5, 2}, float32)).trained == 34);
}

TEST_CASE("no helper changes a mode") {
  const auto data = moons();
  auto m = new_net();
  frozen_inside mixed{new_net()};
  nn::eval(mixed.inner);
  const auto mixed_modes = nn::modes(mixed);
  CHECK(mixed_modes == std::vector<bool>{false, true});
  const auto each_helper = [&](auto& model) {
    nn::predict(model, data.inputs);
    nn::evaluate(model, data);
    static_cast<void>(nn::summary(model, data.inputs));
    nn::fit(model, data, quiet(1));
    CHECK_THROWS_AS(nn::predict(model, zeros({3, 5}, float32)), error);
    CHECK_THROWS_AS(nn::evaluate(model, {zeros({3, 5}, float32), zeros({3}, int64)}), error);
    CHECK_THROWS_AS(nn::fit(model, {zeros({3, 5}, float32), zeros({3}, int64)}, quiet(1)), error);
    CHECK_THROWS_AS(static_cast<void>(nn::summary(model, zeros({3, 5}, float32))), error);
  };
  for (const bool training : {false, true}) {
    nn::train(m, training);
    each_helper(m);
    CHECK(nn::modes(m) == std::vector<bool>{training});
  }
  each_helper(mixed);
  CHECK(nn::modes(mixed) == mixed_modes);

  // What they compute is what the mode they set gives: no dropout in predict, dropout in fit whatever was before.
  nn::train(m);
  CHECK(identical(nn::predict(m, data.inputs), nn::predict(m, data.inputs)));
  auto a = new_net(), b = new_net();
  nn::eval(a);
  nn::fit(a, data, quiet(2));
  nn::fit(b, data, quiet(2));
  CHECK(same(a, b));
  // In the function after each epoch the model may be used in either mode, and training goes on.
  auto c = new_net();
  auto how = quiet(2);
  how.after_epoch = [&](const nn::history&) { return nn::eval(c), true; };
  nn::fit(c, data, how);
  CHECK(same(b, c));
}
