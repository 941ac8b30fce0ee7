// Prediction as a program: the bits of the model in eval mode.

#include <doctest/doctest.h>
#include <nn/save/onnx.hpp>
#include <sstream>
#include <thread>

#include "../message.hpp"
#include "networks.hpp"

namespace {

auto said_by(auto& model, const array& x) -> array {
  const nn::mode_scope used(model, false);
  const no_record quiet;
  return tensor(model(x)).value();
}

auto check(auto model, const array& example, const array& other) -> void {
  const auto predict = nn::compile(model, example);
  CHECK(identical(predict(example), said_by(model, example)));
  CHECK(identical(predict(other), said_by(model, other)));
  CHECK(identical(predict(other), said_by(model, other)));
  CHECK(predict.program().size() > 0);
  graph g;
  const tensor x = other.is_floating() ? input(other.contiguous(), "x") : tensor(other.contiguous());
  const auto y = predict.record(x);
  CHECK(identical(y.value(), said_by(model, other)));
  if (y.is_constant()) return;  // of constants nothing is recorded
  std::ostringstream file;
  nn::save_onnx(file, y, {{"x", x}});
  CHECK(file.str().find("MatMul") + file.str().find("Gemm") != 2 * std::string::npos);
}

}  // namespace

TEST_CASE("networks of all kinds") {
  generator g(1);
  check(plain(), randn(g, {7, 3}, float32), randn(g, {7, 3}, float32));
  check(classes_of_three(), randn(g, {1, 3}, float32), randn(g, {1, 3}, float32));
  check(pictures(), rand(g, {5, 1, 8, 8}, float32), rand(g, {5, 1, 8, 8}, float32));
  check(words(), randint(g, {4, 7}, 0, 11), randint(g, {4, 7}, 0, 11));
  check(block(), randn(g, {3, 6, 8}, float32), randn(g, {3, 6, 8}, float32));
  auto frozen = words();
  nn::freeze(frozen);
  check(frozen, randint(g, {4, 7}, 0, 11), randint(g, {4, 7}, 0, 11));
  CHECK_FALSE(frozen.table.weight.trainable);
  check(plain(), transpose(randn(g, {3, 7}, float32)), randn(g, {7, 3}, float32));
}

TEST_CASE("statistics that training left, and weights that go on changing") {
  generator g(2);
  const nn::dataset images{rand(g, {60, 1, 8, 8}, float32), labels(60, 3)};
  pictures m;
  const nn::fit_options how{.epochs = 1, .batch_size = 20, .progress = nn::progress_style::none};
  nn::fit(m, images, how);
  const auto x = rand(g, {2, 1, 8, 8}, float32);
  const auto before = said_by(m, x);
  const auto predict = nn::compile(m, x);
  CHECK(m.norm.mode.training);
  nn::fit(m, images, how);
  CHECK(identical(predict(x), before));
  CHECK_FALSE(identical(said_by(m, x), before));
}

TEST_CASE("by several threads at once") {
  generator g(3);
  const auto a = randn(g, {4, 6, 8}, float32), b = randn(g, {4, 6, 8}, float32);
  block m;
  const auto predict = nn::compile(m, a);
  const auto ya = predict(a), yb = predict(b);
  std::vector<std::thread> all;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    all.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) wrong += !identical(predict(t % 2 ? a : b), t % 2 ? ya : yb);
    });
  for (auto& t : all) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("what a predictor refuses") {
  generator g(4);
  plain m;
  const auto predict = nn::compile(m, randn(g, {7, 3}, float32));
  CHECK(message_of([&] {
          predict(randn(g, {8, 3}, float32));
        }) ==
        "predictor: the inputs are [8x3] float32, and it was compiled for [7x3] float32; compile the model for that shape, too");
  CHECK(message_of([&] { predict(randn(g, {7, 3})); }).find("float64") != std::string::npos);
  words w;
  const auto read = nn::compile(w, randint(g, {2, 7}, 0, 11));
  CHECK(message_of([&] { read(randint(g, {2, 7}, -3, 0)); }).find("predictor: a module refuses") == 0);
  CHECK(message_of([&] { read(randint(g, {2, 7}, 11, 12)); }).find("11") != std::string::npos);
  struct turning {
    nn::linear output{3, 1};
    auto operator()(const tensor& x) const -> tensor { return item(sum(x)) > 0 ? output(x) : output(-x); }
  } t;
  const auto one_way = nn::compile(t, ones({2, 3}, float32));
  CHECK(one_way(full({2, 3}, 2.0, float32)).shape() == dims{2, 1});
  CHECK_THROWS_AS(one_way(-ones({2, 3}, float32)), guard_failure);
  struct constant {
    auto operator()(const tensor& x) const -> tensor { return tensor(x.value()); }
  } c;
  CHECK(message_of([&] {
          nn::compile(c, ones({2, 3}, float32));
        }) == "compile: what the model gives does not depend on its inputs or its parameters");
}
