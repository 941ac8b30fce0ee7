// Steps that are run and not recorded: the same bits as if all were recorded, and no step run that would have been recorded otherwise.

#include "fit_support.hpp"

#include <autodiff/array/parallel.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/nn.hpp>
#include <random>

#include "../message.hpp"
#include "networks.hpp"
#include "run_both.hpp"

namespace {

// The same for a model to which something happens between epochs, by the pointer to it.
template <class Model>
auto run_both_in_place(Model*& being_trained, nn::fit_options how) -> index_t {
  index_t run = 0;
  std::vector<nn::state_map> ends;
  for (const bool replay : {false, true}) {
    nn::manual_seed(3);
    Model m;
    being_trained = &m, how.replay = replay ? nn::replaying::automatic : nn::replaying::never;
    run = nn::fit(m, rows_of(200, 3), how).steps_run;
    CHECK((run > 0) == replay);
    ends.push_back(nn::training_state(m));
  }
  CHECK(same_state(ends[0], ends[1]));
  return run;
}

// Of `steps` an epoch: the first of each is recorded, one more at the start, and those after 1, 2, 4, … that were run.
constexpr auto most_recorded = 12;

}  // namespace

TEST_CASE("networks of all kinds train to the same bits, and most of their steps are run") {
  const nn::fit_options how{.epochs = 2, .batch_size = 10, .optimiser = nn::adam{{.lr = 0.01}}};
  const index_t all = 2 * 30;
  CHECK(run_both([] { return plain(); }, rows_of(300, 3), how) > all - most_recorded);
  CHECK(run_both([] { return classes_of_three(); }, {rows_of(300, 3).inputs, labels(300, 4)}, how) > all - most_recorded);
  generator g(1);
  const nn::dataset images{rand(g, {300, 1, 8, 8}, float32), labels(300, 3)};
  CHECK(run_both([] { return pictures(); }, images, how) > all - most_recorded);
  const nn::dataset texts{randint(g, {300, 40}, 0, 11), labels(300, 4)};  // a list of many, too
  CHECK(run_both([] { return words(); }, texts, how) > all - most_recorded);
  const auto series = randn(g, {300, 6, 8}, float32);
  CHECK(run_both([] { return block(); }, {series, series * 0.5}, how) > all - most_recorded);
}

namespace {

// Long enough for attention to be one operation, which draws its dropout itself.
struct attentive {
  nn::multi_head_attention attend{4, 2, {.dropout = 0.25, .batch_first = true}};
  nn::linear output{4, 1};
  auto operator()(const tensor& x) const -> tensor { return output(mean(attend(x), 1)); }
};

}  // namespace

TEST_CASE("dropout within attention is drawn anew in a step that is run") {
  generator g(4);
  const nn::dataset data{randn(g, {40, 64, 4}, float32), randn(g, {40, 1}, float32)};
  CHECK(run_both([] { return attentive(); }, data, {.epochs = 2, .batch_size = 4}) > 8);
}

TEST_CASE("a last, smaller batch, micro-batches, clipping, a schedule, and weights that are frozen on the way") {
  nn::fit_options how{.epochs = 3, .batch_size = 16, .optimiser = nn::sgd{{.lr = 0.05, .momentum = 0.9}}};
  CHECK(run_both([] { return plain(); }, rows_of(201, 3), how) > 3 * 12 - most_recorded);
  how.clip_norm = 0.1, how.schedule = nn::exponential_lr{.lr = 0.1, .gamma = 0.5};
  const auto wide = [] {
    plain m;
    nn::to(m, float64);
    return m;
  };
  CHECK(run_both(wide, rows_of(200, 3, float64), how) > 3 * 12 - most_recorded);
  how.micro_batches = 2;
  CHECK(run_both([] { return net(); }, moons(), how) > 0);

  how = {.epochs = 4, .batch_size = 10, .progress = nn::progress_style::none};
  plain* being_trained = nullptr;
  how.after_epoch = [&](const nn::history& h) {
    if (h.size() == 2) nn::freeze(being_trained->hidden);
    return true;
  };
  CHECK(run_both_in_place(being_trained, how) > 4 * 20 - 2 * most_recorded);
}

namespace {

struct branching {
  nn::linear hidden{3, 8}, output{8, 1};
  auto operator()(const tensor& x) const -> tensor {
    const auto h = hidden(x);
    return output(item(mean(h)) > 0.02 ? tanh(h) : relu(h));
  }
};
struct counting {
  nn::linear hidden{3, 8}, output{8, 1};
  int every;
  mutable int calls = 0;
  auto operator()(const tensor& x) const -> tensor {
    const auto h = hidden(x);
    return output(++calls % every == 0 ? tanh(h) : relu(h));
  }
};
struct keeping {
  nn::linear output{3, 1};
  mutable nn::buffer seen{zeros({3}, float32)};
  auto operator()(const tensor& x) const -> tensor {
    seen.value = seen.value * 0.9 + mean(x.value(), 0) * 0.1;
    return output(x);
  }
};
struct detaching {
  nn::linear output{3, 1};
  auto operator()(const tensor& x) const -> tensor {
    const auto y = output(x);
    return y * detach(mean(abs(y)));
  }
};
struct noisy {
  nn::linear output{3, 1};
  mutable generator random{5};
  auto operator()(const tensor& x) const -> tensor { return output(x + randn(random, x.shape(), float32)); }
};
struct noisy_beside {
  nn::linear output{3, 1};
  nn::dropout drop{0.2};
  mutable double spread = 0;
  auto operator()(const tensor& x) const -> tensor {
    spread = rand(drop.random, {}).item();  // moves the generator of the dropout on, and records nothing
    return output(drop(x));
  }
};

}  // namespace

TEST_CASE("what a record does not know is recorded in every step") {
  const nn::fit_options how{.epochs = 2, .batch_size = 10, .optimiser = nn::sgd{{.lr = 0.05}}};
  const auto data = rows_of(200, 3);
  run_both([] { return branching(); }, data, how);  // by guards
  CHECK(run_both([] { return counting{.every = 2}; }, data, how) == 0);
  CHECK(contains(why_recorded, "the records of two steps differ"));
  CHECK(run_both([] { return keeping(); }, data, how) == 0);
  CHECK(contains(why_recorded, "nn::in_each_step"));
  CHECK(run_both([] { return noisy(); }, data, how) == 0);
  // What is detached is another number at each step.
  CHECK(run_both([] { return detaching(); }, data, how) == 0);
  CHECK(contains(why_recorded, "the records of two steps differ"));
  CHECK(run_both([] { return noisy_beside(); }, data, how) == 0);
}

TEST_CASE("errors on the way are those of a recorded step, and nothing is drawn twice") {
  auto data = nn::dataset{rows_of(200, 3).inputs, labels(200, 4)};
  nn::fit_options how{.epochs = 1, .batch_size = 10, .shuffle = false, .progress = nn::progress_style::none};
  data.targets.set(17, 155);
  std::string texts[2];
  for (const bool replay : {false, true}) {
    classes_of_three m;
    how.replay = replay ? nn::replaying::automatic : nn::replaying::never;
    texts[replay] = message_of([&] { nn::fit(m, data, how); });
  }
  CHECK(texts[0] == texts[1]);
  CHECK(texts[0].find("label 17 at [5]") != std::string::npos);

  data.targets.set(1, 155), data.inputs.set(NAN, 163, 1);
  nn::state_map ends[2];
  for (const bool replay : {false, true}) {
    nn::manual_seed(3);
    struct {
      nn::linear hidden{3, 8};
      nn::dropout drop{0.5};
      nn::linear output{8, 4};
      auto operator()(const tensor& x) const -> tensor { return output(drop(hidden(x))); }
    } m;
    how.replay = replay ? nn::replaying::automatic : nn::replaying::never;
    texts[replay] = message_of([&] { nn::fit(m, data, how); });
    ends[replay] = nn::training_state(m);
  }
  CHECK(texts[0].find("epoch 1, batch 17") != std::string::npos);
  CHECK(texts[0].substr(0, 40) == texts[1].substr(0, 40));
  CHECK(same_state(ends[0], ends[1]));
}

TEST_CASE("a loop's own buffers and threads") {
  set_num_threads(2);
  const nn::fit_options how{.epochs = 1, .batch_size = 64};
  generator g(1);
  const nn::dataset images{rand(g, {1000, 1, 8, 8}, float32), labels(1000, 3)};
  CHECK(run_both([] { return pictures(); }, images, how) > 4);
  set_num_threads(1);
}

namespace {

struct layered {
  std::vector<nn::linear> layers;
  layered() {
    for (int i = 0; i < 3; ++i) layers.emplace_back(3, 3);
  }
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("layers", self.layers);
  }
  auto operator()(const tensor& x) const -> tensor {
    auto y = x;
    for (const auto& l : layers) y = tanh(l(y));
    return sum(y, 1, keep_axes);
  }
};

}  // namespace

TEST_CASE("a model whose layers move between epochs") {
  nn::fit_options how{.epochs = 4, .batch_size = 10, .optimiser = nn::sgd{{.lr = 0.1}}, .progress = nn::progress_style::none};
  layered* being_trained = nullptr;
  how.after_epoch = [&](const nn::history&) {
    auto& l = being_trained->layers;
    l.reserve(2 * l.capacity() + 1);
    return true;
  };
  CHECK(run_both_in_place(being_trained, how) > 20);
}

TEST_CASE("a loop of one's own, with each optimiser writing over the parameters") {
  const auto data = rows_of(60, 3);
  const auto loss = [](const tensor& y, const tensor& t) { return nn::mse_loss(y, t); };
  const auto trained = [&](nn::optimiser optimiser, bool by_steps) {
    nn::manual_seed(5);
    plain m;
    m.hidden.weight = randn(nn::default_generator(), {700, 3}, float32);  // more than a stretch that is copied apart
    m.hidden.bias = nn::parameter(zeros({700}, float32));
    m.output.weight = randn(nn::default_generator(), {1, 700}, float32) * 0.05;
    const auto kept = m.hidden.weight.value();
    const auto before = kept.copy();
    nn::training_step step(m, loss);
    for (int i = 0; i < 20; ++i) {
      const auto batch = nn::subset(data, (i % 6) * 10, (i % 6) * 10 + 10);
      if (by_steps) {
        const auto& done = step(batch);
        CHECK(done.prediction.shape() == dims{10, 1});
        optimiser.step(m, done.gradients);
      } else {
        graph g;
        backward(loss(m(batch.inputs), batch.targets));
        optimiser.step(m);
      }
    }
    CHECK(step.steps_run() == (by_steps ? 15 : 0));
    CHECK(identical(kept, before));  // what somebody else holds is not written over
    return nn::state_dict(m);
  };
  for (const auto& o :
       std::vector<nn::optimiser>{nn::sgd{{.lr = 0.01}}, nn::sgd{{.lr = 0.01, .momentum = 0.9, .nesterov = true}},
                                  nn::adam{{.lr = 0.01, .amsgrad = true}}, nn::adamw{{.lr = 0.01}}, nn::lion{{.lr = 0.01}},
                                  nn::adagrad{{.lr = 0.01}}, nn::rmsprop{{.lr = 0.01, .momentum = 0.5, .centered = true}}})
    CHECK(same_state(trained(o, false), trained(o, true)));
  plain m;
  nn::training_step step(m, [](const tensor& y, const tensor& t) { return y - t; });
  CHECK(message_of([&] { step(data); }).find("training_step: the loss has the shape [60x1]") == 0);
  nn::training_step bad(m, [](const tensor& y, const tensor&) { return log(sum(y) * 0.0 - 1.0); });
  CHECK_THROWS_AS(bad(data), nn::loss_not_finite);
}
