// Datasets are split without loss, and standardised by what the training data says.

#include <cmath>
#include <doctest/doctest.h>
#include <nn/data/standardise.hpp>

#include "numbered_data.hpp"

TEST_CASE("a dataset whose arrays do not fit is told so") {
  CHECK(numbered(5).size() == 5);
  CHECK_THROWS_WITH_AS(
      (nn::dataset{zeros({3, 2}), zeros({4})}.size()),
      "dataset: [3x2] inputs and [4] targets: the first axes differ (3 and 4); both run through the same samples", error);
  CHECK_THROWS_AS((nn::dataset{array(1.0), zeros({1})}.size()), error);
}

TEST_CASE("parts of a dataset") {
  const auto d = numbered(6);
  const auto range = nn::subset(d, 2, 5);
  CHECK(range.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{2, 3, 4});
  CHECK(belong_together(range));
  CHECK(range.inputs.shares_memory(d.inputs));
  const auto chosen = nn::subset(d, array{5, 0, -1, 0});
  CHECK(chosen.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 0, 5, 0});
  CHECK(belong_together(chosen));
  const auto [head, tail] = nn::split_at(d, -2);
  CHECK(head.size() == 4);
  CHECK(tail.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{4, 5});
  // Samples whose own elements do not lie together.
  const nn::dataset turned{array{{0.0, 1.0, 2.0}, {0.0, 10.0, 20.0}}.permute({1, 0}), arange(3, int64)};
  CHECK(belong_together(nn::subset(turned, array{2, 1})));
  CHECK(nn::subset(d, array({}, int64)).inputs.shape() == dims{0, 2});
  CHECK_THROWS_WITH_AS(nn::subset(d, array{6}), "subset: sample 6 of a dataset of 6", error);
  CHECK_THROWS_AS(nn::subset(d, array{-7}), error);
  CHECK_THROWS_AS(nn::subset(d, array{0.0}), error);
  CHECK_THROWS_AS(nn::subset(d, 4, 3), error);
  CHECK_THROWS_AS(nn::subset(d, 0, 7), error);
  CHECK_THROWS_AS(nn::split_at(d, 7), error);
}

TEST_CASE("a split has every sample once, in random order") {
  const auto d = numbered(103);
  generator g(3);
  const auto [train, valid, test] = nn::split(d, {0.8, 0.1, 0.1}, g);
  // 82.4, 10.3 and 10.3 are rounded down, and the one left over goes to the first.
  CHECK(train.size() == 83);
  CHECK(valid.size() == 10);
  CHECK(test.size() == 10);
  CHECK(sorted(order_of({train, valid, test})) == counted(103));
  CHECK(order_of({train, valid, test}) != counted(103));
  CHECK(belong_together(train));
  CHECK(belong_together(test));
  generator again(3);
  CHECK(identical(nn::split(d, {0.8, 0.1, 0.1}, again)[1].inputs, valid.inputs));
  CHECK_FALSE(identical(nn::split(d, {0.8, 0.1, 0.1}, again)[1].inputs, valid.inputs));
  CHECK(nn::split(numbered(2), {0.4, 0.3, 0.3}, g)[1].size() == 1);
  CHECK_THROWS_AS(nn::split(d, {0.5, 0.4}, g), error);
  CHECK_THROWS_AS(nn::split(d, {1.5, -0.5}, g), error);
  CHECK_THROWS_AS(nn::split(d, {std::nan(""), 1}, g), error);
}

TEST_CASE("standardised training data has mean 0 and deviation 1, and other data follows it") {
  const array x{{1.0, 0.1, 10.0}, {3.0, 0.1, 20.0}, {5.0, 0.1, 60.0}};
  const auto scale = nn::standardise::fit(x);
  // Column 0: mean 3, variance 8/3; column 2: mean 30, variance (400 + 100 + 900) / 3.
  const array expected{{-2 / std::sqrt(8.0 / 3), 0.0, -20 / std::sqrt(1400.0 / 3)},
                       {0.0, 0.0, -10 / std::sqrt(1400.0 / 3)},
                       {2 / std::sqrt(8.0 / 3), 0.0, 30 / std::sqrt(1400.0 / 3)}};
  CHECK(all_close(scale(x), expected, 1e-12, 1e-12));
  CHECK(scale.deviation.at(0, 1) == 1);
  CHECK(all_close(scale(array{{3.0, 2.1, 30.0}}), array{{0.0, 2.0, 0.0}}, 1e-12, 1e-12));
  CHECK(all_close(scale.inverse(scale(x)), x));
  const auto whole = nn::standardise::fit(array{{1.0, 2.0}, {3.0, 6.0}}, {});
  CHECK(whole.mean.item() == 3);
  CHECK(whole.deviation.item() == doctest::Approx(std::sqrt(14.0 / 4)));
  const auto channels = nn::standardise::fit(ones({2, 3, 4, 4}, float32), {0, 2, 3});
  CHECK(channels.mean.shape() == dims{1, 3, 1, 1});
  CHECK(channels.mean.type() == float32);
  // Its deviation, 2e-46, is 0 in float32.
  auto almost = zeros({50, 1}, float32);
  almost.set(1.5e-45, 0, 0);
  CHECK(nn::standardise::fit(almost).deviation.item() == 1);
  CHECK_THROWS_AS(nn::standardise::fit(array{{1.0}, {std::nan("")}}), error);
  CHECK_THROWS_AS(nn::standardise::fit(array{1, 2}), error);
  CHECK_THROWS_AS(nn::standardise::fit(zeros({0, 2})), error);
  CHECK_THROWS_AS(scale(zeros({3})), error);
  CHECK_THROWS_AS(scale(zeros({4, 2})), error);
  CHECK_THROWS_AS(scale(zeros({4, 1})), error);
}
