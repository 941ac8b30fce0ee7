// Training: it learns, it repeats itself to the bit, and it goes on from a checkpoint as if it had never stopped.

#include <autodiff/array/parallel.hpp>
#include <autodiff/autodiff.hpp>
#include <csignal>
#include <doctest/doctest.h>
#include <nn/data/synthetic.hpp>
#include <nn/layer/layers.hpp>
#include <nn/train/fit.hpp>
#include <nn/train/summary.hpp>

#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;

namespace {

struct net {
  nn::linear hidden{2, 16};
  nn::dropout drop{0.1};
  nn::linear output{16, 2};
  auto operator()(const tensor& x) -> tensor { return output(drop(tanh(hidden(x)))); }
};

struct frozen_inside {
  net inner;
  nn::dropout drop{0.5};
  auto operator()(const tensor& x) -> tensor { return inner(drop(x)); }
};
struct normed {
  nn::linear hidden{2, 4};
  nn::batch_norm norm{4};
  nn::linear output{4, 2};
  auto operator()(const tensor& x) -> tensor { return output(norm(hidden(x))); }
};

auto moons() -> nn::dataset {
  generator random(5);
  const auto all = nn::moons(random, 300, 0.1, float64);
  return {all.inputs.cast(float32), all.targets};
}

auto quiet(int epochs = 4) -> nn::fit_options {
  return {.epochs = epochs, .batch_size = 32, .optimiser = nn::adam{{.lr = 0.02}}, .progress = nn::progress_style::none};
}

auto new_net() -> net {
  nn::manual_seed(3);
  return {};
}

auto same(const net& a, const net& b) -> bool {
  const auto x = nn::state_dict(a), y = nn::state_dict(b);
  for (const auto& [name, value] : x)
    if (!identical(value, y.at(name))) return false;
  return x.size() == y.size();
}

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

TEST_CASE("interrupted anywhere, training ends with the bits it would have ended with") {
  const auto data = moons();
  auto whole = new_net();
  const auto expected = nn::fit(whole, data, quiet(4));
  for (const int stop_at : {1, 10, 13, 25, 39}) {
    CAPTURE(stop_at);
    const scratch_folder folder;
    auto m = new_net();
    auto how = quiet(4);
    how.checkpoint = folder / "checkpoint";
    int steps = 0;
    how.loss = [&](const tensor& y, const tensor& t) {
      if (++steps == stop_at) std::raise(SIGINT);
      return nn::cross_entropy(y, t);
    };
    const auto first = nn::fit(m, data, how);
    CHECK(first.interrupted);
    CHECK(steps == stop_at);
    // Another process would begin with a model of other numbers.
    nn::manual_seed(99);
    net again;
    const auto r = nn::fit(again, data, how);
    CHECK_FALSE(r.interrupted);
    CHECK(same(again, whole));
    CHECK(r.history["loss"] == expected.history["loss"]);
    CHECK(r.history.columns() == expected.history.columns());
    CHECK(r.optimiser.steps() == expected.optimiser.steps());
  }
}

TEST_CASE("killed between checkpoints, it goes on from the last one") {
  struct killed {};
  const auto data = moons();
  auto whole = new_net();
  nn::fit(whole, data, quiet(3));
  const scratch_folder folder;
  auto m = new_net();
  auto how = quiet(3);
  how.checkpoint = folder / "checkpoint", how.checkpoint_steps = 4;
  int steps = 0;
  how.loss = [&](const tensor& y, const tensor& t) {
    if (++steps == 17) throw killed{};
    return nn::cross_entropy(y, t);
  };
  CHECK_THROWS_AS(nn::fit(m, data, how), killed);
  nn::manual_seed(99);
  net again;
  nn::fit(again, data, how);
  CHECK(steps == 17 + 30 - 14);  // step 14, the fourth of the second epoch, is in the checkpoint
  CHECK(same(again, whole));
}

TEST_CASE("a checkpoint of something else changes nothing") {
  const auto data = moons();
  const scratch_folder folder;
  auto m = new_net();
  auto how = quiet(1);
  how.checkpoint = folder / "checkpoint";
  nn::fit(m, data, how);
  struct other {
    nn::linear hidden{2, 8}, output{8, 2};
    auto operator()(const tensor& x) const -> tensor { return output(tanh(hidden(x))); }
  } o;
  const auto before = nn::state_dict(o);
  CHECK_THROWS_AS(nn::fit(o, data, how), error);
  for (const auto& [name, value] : nn::state_dict(o)) CHECK(identical(value, before.at(name)));
  how.batch_size = 16;
  try {
    nn::fit(m, data, how);
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()).find("batch_size = 32, and this is 16") != std::string::npos);
  }
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

TEST_CASE("a loss that is not finite is an error that names its origin") {
  auto data = moons();
  data.inputs.set(std::nan(""), 7, 0);
  auto m = new_net();
  auto how = quiet(1);
  how.shuffle = false;
  try {
    nn::fit(m, data, how);
    FAIL("no error");
  } catch (const error& e) {
    const std::string text = e.what();
    CHECK(text.find("epoch 1, batch 1") != std::string::npos);
    CHECK(text.find("[7, 0]") != std::string::npos);
  }
}

TEST_CASE("wrong options and data are refused") {
  auto m = new_net();
  const auto data = moons();
  auto how = quiet();
  how.micro_batches = 0;
  CHECK_THROWS_AS(nn::fit(m, data, how), error);
  how = quiet(), how.clip_norm = -1;
  CHECK_THROWS_AS(nn::fit(m, data, how), error);
  how = quiet(), how.batch_size = 400, how.drop_last = true;
  CHECK_THROWS_AS(nn::fit(m, data, how), error);
  CHECK_THROWS_AS(nn::fit(m, nn::dataset{zeros({0, 2}), zeros({0}, int64)}, quiet()), error);
  CHECK_THROWS_AS((void)nn::predict(m, zeros({0, 2})), error);
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

TEST_CASE("a last batch of one sample, and labels that are fractions, are told with their remedy") {
  const auto data = nn::subset(moons(), 0, 65);
  auto how = quiet(1);
  how.batch_size = 64;
  normed m;
  const auto said = message_of([&] { nn::fit(m, data, how); });
  CHECK(contains(said, "one number to a channel"));
  CHECK(contains(said, "the last batch has one sample, and .drop_last = true leaves it out"));
  how.drop_last = true;
  nn::fit(m, data, how);
  how.micro_batches = 64;
  CHECK(contains(message_of([&] { nn::fit(m, data, how); }), "fewer micro_batches"));
  // Where every batch has one sample, dropping the last is no remedy.
  how.micro_batches = 1, how.batch_size = 1, how.drop_last = false;
  CHECK(!contains(message_of([&] { nn::fit(m, data, how); }), "drop_last"));

  for (const auto type : {float32, float64}) {
    const nn::dataset fractions{data.inputs, data.targets.cast(type)};
    const auto wrong = message_of([&] { nn::fit(m, fractions, quiet(1)); });
    CHECK(contains(wrong, "fit: predictions [32x2] and "));
    CHECK(contains(wrong, "labels are whole numbers; targets.cast(int64)"));
    CHECK(contains(message_of([&] { nn::evaluate(m, fractions); }), "evaluate: predictions [65x2]"));
    const nn::dataset columns{data.inputs, reshape(data.targets.cast(type), {65, 1})};
    CHECK(contains(message_of([&] { nn::fit(m, columns, quiet(1)); }), "labels are whole numbers"));
  }
  // Numbers that are no labels have the message of the loss.
  const nn::dataset numbers{data.inputs, data.targets.cast(float32) + 0.5};
  CHECK(contains(message_of([&] { nn::fit(m, numbers, quiet(1)); }), "mse_loss: input [32x2] and target [32] differ in shape"));
}

TEST_CASE("data of another type than the model are told, and not trained on at twice the time") {
  auto m = new_net();
  const auto data = moons();
  CHECK_THROWS_WITH_AS(nn::fit(m, {data.inputs.cast(float64), data.targets}, quiet(1)),
                       doctest::Contains("fit: the inputs are float64 and the model's parameters float32"), error);
  nn::to(m, float64);
  CHECK_NOTHROW(nn::fit(m, {data.inputs.cast(float64), data.targets}, quiet(1)));
}
