// Whole numbers that say how networks, data and training are, as large and as small as they can be: what they mean, or an error that says
// so; no sum that comes round, no memory for what nobody has, no loop without an end.

#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/data/image/resize.hpp>
#include <nn/nn.hpp>

#include "../extreme_settings.hpp"
#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;

namespace {

auto pixels() -> array { return arange(96).reshape({2, 3, 4, 4}).cast(float32) / 96.0F; }
auto series() -> array { return arange(24).reshape({2, 3, 4}).cast(float32); }
auto samples() -> nn::dataset {
  return {arange(12).reshape({6, 2}).cast(float32) / 12.0F, arange(6).reshape({6, 1}).cast(float32)};
}

template <class M>
auto on(const array& x, const M& model) -> array {
  graph g;
  return model(input(x)).value();
}

}  // namespace

TEST_CASE("layers of a size that cannot be") {
  refused({{"linear, in", [](index_t n) { nn::linear(n, 3); }},
           {"linear, out", [](index_t n) { nn::linear(0, n); }},
           {"bilinear", [](index_t n) { nn::bilinear(n, n, 0); }},
           {"embedding", [](index_t n) { nn::embedding(n, 0); }},
           {"embedding, width", [](index_t n) { nn::embedding(0, n); }},
           {"rnn, in", [](index_t n) { nn::rnn(n, 2); }},
           {"rnn, hidden", [](index_t n) { nn::rnn(2, n); }},
           {"lstm, hidden", [](index_t n) { nn::lstm(2, n); }},
           {"gru, hidden, both ways", [](index_t n) { nn::gru(2, n, {.bidirectional = true}); }},
           {"lstm, layers", [](index_t n) { nn::lstm(1, 1, {.num_layers = n}); }},
           {"conv2d, in", [](index_t n) { nn::conv2d(n, 2, 3); }},
           {"conv2d, out", [](index_t n) { nn::conv2d(2, n, 3); }},
           {"conv2d, kernel",
            [](index_t n) {
              nn::conv2d(2, 2, {n, n});
            }},
           {"conv2d, groups", [](index_t n) { nn::conv2d(n, n, 1, {.groups = n}); }},
           {"conv1d", [](index_t n) { nn::conv1d(n, n, n); }},
           {"conv_transpose2d", [](index_t n) { nn::conv_transpose2d(2, n, n); }},
           {"batch_norm", [](index_t n) { nn::batch_norm l(n); }},
           {"group_norm", [](index_t n) { nn::group_norm(n, n); }},
           {"rms_norm", [](index_t n) { nn::rms_norm l(n); }},
           {"layer_norm",
            [](index_t n) {
              nn::layer_norm l({n, n});
            }},
           {"prelu", [](index_t n) { nn::prelu l(n); }},
           {"attention", [](index_t n) { nn::multi_head_attention(n, 1); }},
           {"attention, heads", [](index_t n) { nn::multi_head_attention(4, n); }},
           {"encoder", [](index_t n) { nn::transformer_encoder_layer(4, 2, {.dim_feedforward = n}); }},
           {"positions", [](index_t n) { nn::positional_encoding l(n); }},
           {"positions, length", [](index_t n) { nn::positional_encoding(2, n); }}});
  CHECK(message_of([] { nn::lstm(1, 1, {.num_layers = 65'537}); }) == "lstm: 65537 layers, and 65536 are the most");
  CHECK(message_of([] { nn::gru(1, huge); }) ==
        "gru: the width of the state is 4611686018427387904, which is more than memory could hold");
}

TEST_CASE("what layers do with settings") {
  refused({{"conv2d, stride", [](index_t n) { on(pixels(), nn::conv2d(3, 2, 3, {.stride = n})); }},
           {"max_pool2d, stride",
            [](index_t n) {
              on(pixels(), nn::max_pool2d{2, {.stride = n}});
            }},
           {"conv2d, padding", [](index_t n) { on(pixels(), nn::conv2d(3, 2, 3, {.padding = n})); }},
           {"conv2d, dilation", [](index_t n) { on(pixels(), nn::conv2d(3, 2, 3, {.dilation = n})); }},
           {"conv1d, padding", [](index_t n) { on(series(), nn::conv1d(3, 2, 2, {.padding = n})); }},
           {"conv_transpose2d, stride", [](index_t n) { on(pixels(), nn::conv_transpose2d(3, 2, 2, {.stride = n})); }},
           {"conv_transpose2d, padding", [](index_t n) { on(pixels(), nn::conv_transpose2d(3, 2, 2, {.padding = n})); }},
           {"max_pool2d",
            [](index_t n) {
              on(pixels(), nn::max_pool2d{{n, n}});
            }},
           {"max_pool2d, padding",
            [](index_t n) {
              on(pixels(), nn::max_pool2d{2, {.padding = n}});
            }},
           {"avg_pool1d", [](index_t n) { on(series(), nn::avg_pool1d{n}); }},
           {"adaptive_avg_pool2d",
            [](index_t n) {
              on(pixels(), nn::adaptive_avg_pool2d{{n, n}});
            }},
           {"softmax", [](index_t n) { on(series(), nn::softmax{n}); }},
           {"flatten",
            [](index_t n) {
              on(series(), nn::flatten{n, n});
            }},
           {"unflatten", [](index_t n) {
              on(series(), nn::unflatten{{n, 2}});
            }}});
  const index_t far = std::numeric_limits<int>::max();
  CHECK(on(pixels(), nn::conv2d(3, 2, 3, {.stride = far})).shape() == dims{2, 2, 1, 1});
  CHECK(on(pixels(), nn::max_pool2d{2, {.stride = far}}).shape() == dims{2, 3, 1, 1});
}

TEST_CASE("parts of data and batches") {
  const auto data = samples();
  generator g(1);
  refused({{"subset", [&](index_t n) { nn::subset(data, 0, n); }},
           {"subset, from", [&](index_t n) { nn::subset(data, n, n); }},
           {"subset, one", [&](index_t n) { nn::subset(data, array{n}); }},
           {"split_at", [&](index_t n) { nn::split_at(data, n); }},
           {"range", [&](index_t n) { nn::data_source(data).range(n, n); }},
           {"only", [&](index_t n) { nn::data_source(data).only(array{n}); }},
           {"moons", [&](index_t n) { nn::moons(g, n); }},
           {"sine_curve", [&](index_t n) { nn::sine_curve(g, n); }},
           {"random_crop, padding", [&](index_t n) { nn::random_crop(g, pixels(), n); }},
           {"random_crop, height", [&](index_t n) { nn::random_crop(g, pixels(), 0, n); }},
           {"random_crop, width", [&](index_t n) { nn::random_crop(g, pixels(), 1, 2, n); }},
           {"resize_bilinear", [&](index_t n) { nn::resize_bilinear(pixels(), n, 2); }},
           {"predict", [&](index_t n) {
              nn::linear l(2, 1);
              nn::predict(l, data.inputs, n < 0 ? n : 0);
            }}});
  for (const auto n : {most, huge}) {
    index_t batches = 0;
    nn::data_loader all(data, {.batch_size = n, .prefetch = std::numeric_limits<int>::max()});
    for (const auto& batch : all) batches += batch.size() == 6;
    CHECK(batches == 1);
    CHECK(nn::data_loader(data, {.batch_size = n, .drop_last = true}).size() == 0);
    nn::linear l(2, 1);
    CHECK(nn::predict(l, data.inputs, n).shape() == dims{6, 1});
    CHECK(nn::spirals(g, 5, n).size() == 5);
    CHECK(nn::spirals(g, 0, n).size() == 0);
  }
  CHECK(nn::resize_bilinear(zeros({0, 3, 4, 4}), 2, index_t{1} << 40).size() == 0);
}

TEST_CASE("scores and rates") {
  const auto labels = array{index_t{0}, index_t{1}};
  refused({{"top_k", [&](index_t n) { nn::top_k_accuracy(eye(2), labels, n); }},
           {"confusion_matrix", [&](index_t n) { nn::confusion_matrix(labels, labels, n); }},
           {"confusion_matrix, label",
            [&](index_t n) {
              nn::confusion_matrix(labels, array{index_t{0}, n});
            }},
           {"running", [](index_t n) {
              nn::running r;
              r.add(1, n);
              for (int k = 0; k < 4; ++k) r.add(1, std::max(n, index_t{1} << 61));
            }}});
  for (const auto n : extremes) {
    CAPTURE(n);
    CHECK(nn::warmup(n, nn::step_lr{.lr = 0.5})(3) <= 0.5);
    CHECK(std::isfinite(nn::warmup(5, nn::inverse_time_decay{.rate = 0})(n)));
    CHECK(nn::multi_step_lr{.lr = 1, .milestones = {n}}(0) == (n > 0 ? 1 : 0.1));
    CHECK((n > 0 ? std::isfinite(nn::cosine_annealing{.T_max = n}(n)) : true));
  }
  CHECK(nn::warmup(least, nn::constant_lr{.lr = 0.5})(0) == 0.5);
  CHECK(nn::warmup(least, nn::step_lr{.lr = 1, .step_size = 10})(9) == 1);
}

TEST_CASE("steps without an end") {
  nn::linear l(2, 1);
  const auto data = samples();
  const auto loss = [&] { return mean(square(l(input(data.inputs)) - data.targets)); };
  nn::lbfgs many({.max_iter = most});
  const auto first = many.step(l, loss);
  CHECK(std::isfinite(first));
  CHECK(many.step(l, loss) < 1e-6);
}

TEST_CASE("a state out of a file") {
  const double wrong[] = {std::nan(""), INFINITY, -INFINITY, 1e300, -1e300, 0.5, -2, 9.3e18};
  const auto refuses = [&](auto watcher, const std::string& key) {
    const auto state = watcher.state();
    for (const double x : wrong) {
      CAPTURE(key);
      CAPTURE(x);
      auto changed = state;
      changed[key] = full({}, x);
      CHECK_THROWS_AS(watcher.load_state(changed), error);
    }
    auto less = state;
    less.erase(key);
    CHECK_THROWS_AS(watcher.load_state(less), error);
    CHECK_NOTHROW(watcher.load_state(state));
  };
  refuses(nn::reduce_on_plateau(), "num_bad_epochs"), refuses(nn::reduce_on_plateau(), "cooldown_counter");
  refuses(nn::early_stopping(), "num_bad_epochs"), refuses(nn::early_stopping(), "epochs");
  refuses(nn::early_stopping(), "best_epoch");
  refuses(nn::adam(), "step"), refuses(nn::sgd(), "step");
  refuses(nn::lbfgs(), "n_iter"), refuses(nn::lbfgs(), "func_evals");
  auto state = nn::early_stopping().state();
  state["epochs"] = array{index_t{1}, index_t{2}};
  CHECK(message_of([&] { nn::early_stopping().load_state(state); }) ==
        "early_stopping: load_state: \"epochs\" is [2]; it is one number");
  state["epochs"] = array(0.5);
  CHECK(message_of([&] { nn::early_stopping().load_state(state); }) ==
        "early_stopping: load_state: \"epochs\" is 0.5, and not a whole number from 0 on");
  nn::early_stopping none_yet;
  CHECK_NOTHROW(none_yet.load_state(nn::early_stopping().state()));  // whose best epoch is -1
}

TEST_CASE("a checkpoint that says it is nowhere") {
  const scratch_folder folder;
  const auto file = folder / "standing.safetensors";
  const auto train = [&] {
    nn::linear l(2, 1);
    nn::fit(l, samples(), {.epochs = 2, .batch_size = 2, .checkpoint = file, .progress = nn::progress_style::none});
  };
  train();
  const auto metadata = nn::safetensors_metadata(file);
  auto all = nn::load_safetensors(file);
  for (const auto n : extremes) {
    CAPTURE(n);
    all["standing"] = array{n, index_t{0}};
    nn::save_safetensors(file, all, metadata);
    CHECK_THROWS_AS(train(), error);
  }
}
