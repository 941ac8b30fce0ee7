// What training refuses, and the remedy it names.

#include "fit_support.hpp"

#include "../message.hpp"
#include <cmath>
#include <doctest/doctest.h>

namespace {

struct normed {
  nn::linear hidden{2, 4};
  nn::batch_norm norm{4};
  nn::linear output{4, 2};
  auto operator()(const tensor& x) -> tensor { return output(norm(hidden(x))); }
};

}  // namespace

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
