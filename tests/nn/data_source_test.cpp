// Samples that are brought when they are asked for train a model as the same samples in memory do, to the same bits.

#include <atomic>
#include <doctest/doctest.h>
#include <nn/data/augment.hpp>
#include <set>

#include "../message.hpp"
#include "fit_support.hpp"
#include "numbered_data.hpp"

namespace {

/// A dataset that hides that it lies in memory, and counts what it is asked for.
struct brought : nn::sample_source {
  brought(nn::dataset d, std::shared_ptr<std::atomic<int>> most = std::make_shared<std::atomic<int>>(0))
      : data(std::move(d)), largest(std::move(most)) {}
  auto size() const -> index_t override { return data.size(); }
  auto batch(std::span<const std::int64_t> numbers) const -> nn::dataset override {
    *largest = std::max<int>(*largest, static_cast<int>(numbers.size()));
    return nn::subset(data, array(std::vector<std::int64_t>(numbers.begin(), numbers.end())));
  }
  nn::dataset data;
  std::shared_ptr<std::atomic<int>> largest;
};

/// The even numbers first, so that a pass in this order can be told.
struct in_own_order : brought {
  using brought::brought;
  auto order(generator&) const -> array override {
    std::vector<std::int64_t> all;
    for (const index_t first : {0, 1})
      for (index_t i = first; i < size(); i += 2) all.push_back(i);
    return array(all);
  }
};

auto one_pass(nn::data_loader& loader) -> passes {
  passes all;
  for (const auto& batch : loader) all.push_back(batch);
  return all;
}

}  // namespace

TEST_CASE("batches are those of the same samples in memory") {
  const auto d = numbered(43);
  for (const bool shuffle : {false, true})
    for (const int prefetch : {0, 3})
      for (const bool noisy : {false, true}) {
        nn::loader_options how{.batch_size = 8, .shuffle = shuffle, .seed = 4, .prefetch = prefetch};
        if (noisy)
          how.transform = [](nn::dataset b, generator& g) { return nn::dataset{nn::gaussian_noise(g, b.inputs, 1), b.targets}; };
        nn::data_loader in_memory(d, how), lazy(brought(d), how);
        CHECK(lazy.size() == in_memory.size());
        for (int epoch = 0; epoch < 2; ++epoch) {
          const auto a = one_pass(in_memory), b = one_pass(lazy);
          REQUIRE(a.size() == b.size());
          for (std::size_t k = 0; k < a.size(); ++k) {
            CHECK(identical(a[k].inputs, b[k].inputs));
            CHECK(identical(a[k].targets, b[k].targets));
          }
        }
      }
}

TEST_CASE("a model trained on what is brought has the bits of one trained on what is there") {
  const auto data = moons();
  const auto most = std::make_shared<std::atomic<int>>(0);
  for (const index_t parts : {1, 2}) {
    auto a = new_net(), b = new_net();
    auto how = quiet(3);
    how.micro_batches = parts;
    how.validation = data;
    const auto in_memory = nn::fit(a, data, how);
    how.validation = brought(data);
    const auto lazy = nn::fit(b, brought(data, most), how);
    CHECK(identical(a.hidden.weight.value(), b.hidden.weight.value()));
    CHECK(identical(a.output.weight.value(), b.output.weight.value()));
    for (const auto* column : {"loss", "accuracy", "validation loss", "validation accuracy"})
      CHECK(in_memory.history[column] == lazy.history[column]);
    CHECK(lazy.steps_run == in_memory.steps_run);
    CHECK(nn::evaluate(b, brought(data)).loss == nn::evaluate(a, data).loss);
  }
  CHECK(*most == 32);  // never more than a batch was in memory
}

TEST_CASE("an order of the source's own, and parts of a source") {
  nn::data_loader loader(in_own_order(numbered(6)), {.batch_size = 4});
  CHECK(order_of(one_pass(loader)) == std::vector<std::int64_t>{0, 2, 4, 1, 3, 5});
  const nn::data_source whole = brought(numbered(10));
  const auto part = whole.only(array{9, 0, -2});
  CHECK(part.size() == 3);
  CHECK(order_of({part.range(0, 3)}) == std::vector<std::int64_t>{9, 0, 8});
  CHECK(order_of({part.only(array{2}).range(0, 1)}) == std::vector<std::int64_t>{8});
  CHECK(order_of({nn::data_source(numbered(5)).only(array{4, 1}).range(0, 2)}) == std::vector<std::int64_t>{4, 1});
}

TEST_CASE("what a source does wrong is said") {
  struct short_of_one : brought {
    using brought::brought;
    auto batch(std::span<const std::int64_t> numbers) const -> nn::dataset override { return brought::batch(numbers.subspan(1)); }
  };
  struct wrong_order : brought {
    using brought::brought;
    auto order(generator&) const -> array override { return arange(3, int64); }
  };
  for (const int prefetch : {0, 2}) {
    CHECK(message_of([&] {
            nn::data_loader loader(short_of_one(numbered(8)), {.batch_size = 4, .prefetch = prefetch});
            for (const auto& batch : loader) static_cast<void>(batch);
          }) == "data_source: 4 samples were asked for, and the source gave 3");
    CHECK(message_of([&] { nn::data_loader(wrong_order(numbered(8)), {.prefetch = prefetch}).begin(); }) ==
          "data_source: the source's order is [3] of int64; one int64 for each of 8 samples is wanted");
  }
  const nn::data_source lazy = brought(numbered(5));
  CHECK_THROWS_WITH_AS(lazy.range(2, 6), "data_source: samples 2 up to 6 of 5; 0 <= begin <= end <= size is wanted", error);
  CHECK_THROWS_WITH_AS(lazy.only(array{5}), "data_source: sample 5 of a dataset of 5", error);
  const std::vector<std::int64_t> outside{0, 5};
  CHECK_THROWS_WITH_AS(lazy.batch(outside), "data_source: sample 5 of 5", error);
  CHECK_THROWS_AS(nn::data_source(numbered(5)).batch(outside), error);
  CHECK_THROWS_AS(nn::data_loader(brought(numbered(0))), error);
  CHECK_THROWS_AS(nn::data_source(std::shared_ptr<nn::sample_source>()), error);
  auto model = new_net();
  CHECK_THROWS_AS(nn::fit(model, brought(numbered(0)), quiet(1)), error);
  CHECK_THROWS_AS(nn::evaluate(model, brought(numbered(0))), error);
}
