// Batches come in an order that seed and pass decide, with a thread or without.

#include <autodiff/array/parallel.hpp>
#include <autodiff/array/pool.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <doctest/doctest.h>
#include <limits>
#include <nn/data/augment.hpp>
#include <nn/data/data_loader.hpp>
#include <stdexcept>

#include "numbered_data.hpp"

namespace {

auto one_pass(nn::data_loader& loader) -> passes {
  passes out;
  for (const auto& batch : loader) out.push_back(batch);
  return out;
}
auto same(const passes& a, const passes& b) -> bool {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return identical(x.inputs, y.inputs) && identical(x.targets, y.targets);
  });
}

static_assert(std::input_iterator<nn::data_loader::iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, nn::data_loader::iterator>);

auto noisy(nn::dataset batch, generator& g) -> nn::dataset { return {nn::gaussian_noise(g, batch.inputs, 0.5), batch.targets}; }

}  // namespace

TEST_CASE("a pass has each sample once, and each pass another order, which seed and number decide") {
  const auto d = numbered(50);
  nn::data_loader loader(d, {.batch_size = 8, .seed = 5});
  CHECK(loader.size() == 7);
  const auto first = one_pass(loader), second = one_pass(loader);
  CHECK(first.size() == 7);
  CHECK(first[0].inputs.shape() == dims{8, 2});
  CHECK(first[6].size() == 2);
  for (const auto& b : first) CHECK(belong_together(b));
  CHECK(sorted(order_of(first)) == counted(50));
  CHECK(order_of(first) != counted(50));
  CHECK(order_of(first) != order_of(second));
  CHECK(sorted(order_of(second)) == counted(50));
  CHECK(loader.epoch() == 2);

  nn::data_loader resumed(d, {.batch_size = 8, .seed = 5});
  resumed.set_epoch(1);
  CHECK(same(one_pass(resumed), second));
  nn::data_loader other(d, {.batch_size = 8, .seed = 6});
  CHECK(order_of(one_pass(other)) != order_of(first));
  // What a user draws from the same seed has nothing to do with it.
  generator user(5);
  CHECK(permutation(user, 50).to_vector<std::int64_t>() != order_of(first));
}

TEST_CASE("a last batch that is smaller can be left out") {
  nn::data_loader loader(numbered(50), {.batch_size = 8, .drop_last = true});
  CHECK(loader.size() == 6);
  CHECK(order_of(one_pass(loader)).size() == 48);
  nn::data_loader even(numbered(48), {.batch_size = 8});
  CHECK(one_pass(even).size() == 6);
  nn::data_loader none(numbered(3), {.batch_size = 8, .drop_last = true, .prefetch = 2});
  CHECK(one_pass(none).empty());
}

TEST_CASE("batches that are not shuffled are views, in the order of the data") {
  const auto d = numbered(10);
  for (const int prefetch : {0, 2}) {
    nn::data_loader loader(d, {.batch_size = 4, .shuffle = false, .prefetch = prefetch});
    const auto all = one_pass(loader);
    CHECK(order_of(all) == counted(10));
    for (const auto& b : all) CHECK((b.inputs.shares_memory(d.inputs) && b.targets.shares_memory(d.targets)));
  }
}

TEST_CASE("prefetching changes no batch and no order") {
  const auto d = numbered(50);
  for (const bool shuffle : {true, false})
    for (const bool transformed : {false, true}) {
      std::function<nn::dataset(nn::dataset, generator&)> transform;
      if (transformed) transform = noisy;
      nn::data_loader plain(d, {.batch_size = 8, .shuffle = shuffle, .transform = transform});
      const auto first = one_pass(plain), second = one_pass(plain);
      CHECK(same(first, second) == (!shuffle && !transformed));
      for (const int prefetch : {1, 3, 100}) {
        nn::data_loader ahead(d, {.batch_size = 8, .shuffle = shuffle, .prefetch = prefetch, .transform = transform});
        CHECK(same(one_pass(ahead), first));
        CHECK(same(one_pass(ahead), second));
      }
    }
}

TEST_CASE("what a transform draws is decided by seed, pass and batch alone") {
  const nn::dataset d{zeros({12, 3}), zeros({12}, int64)};
  const auto draws = [&](std::uint64_t seed, std::uint64_t epoch) {
    nn::data_loader loader(d, {.batch_size = 4, .seed = seed, .transform = noisy});
    loader.set_epoch(epoch);
    return one_pass(loader);
  };
  const auto one = draws(1, 0);
  CHECK(same(draws(1, 0), one));
  CHECK_FALSE(identical(one[0].inputs, one[1].inputs));
  CHECK_FALSE(identical(draws(2, 0)[0].inputs, one[0].inputs));
  CHECK_FALSE(identical(draws(1, 1)[0].inputs, one[0].inputs));
  // A transform that draws more in one batch does not change the next.
  nn::data_loader greedy(d, {.batch_size = 4, .transform = [count = 0](nn::dataset b, generator& g) mutable {
                               auto out = noisy(std::move(b), g);
                               if (count++ == 0) randn(g, {100});
                               return out;
                             }});
  CHECK(same(one_pass(greedy), one));
}

TEST_CASE("what a transform throws comes out where its batch would have") {
  for (const int prefetch : {0, 1, 4}) {
    int calls = 0, seen = 0;
    nn::data_loader loader(numbered(20), {.batch_size = 2, .prefetch = prefetch, .transform = [&](nn::dataset b, generator&) {
                                            if (calls++ == 3) throw std::domain_error("no fourth batch");
                                            return b;
                                          }});
    const auto go = [&] {
      for (const auto& b : loader) seen += static_cast<int>(b.size());
    };
    CHECK_THROWS_WITH_AS(go(), "no fourth batch", std::domain_error);
    CHECK(seen == 6);
    auto uneven = nn::data_loader(numbered(4), {.prefetch = prefetch, .transform = [](nn::dataset b, generator&) {
                                                  return nn::dataset{b.inputs, zeros({3})};
                                                }});
    CHECK_THROWS_AS(uneven.begin(), error);
  }
}

TEST_CASE("a pass may be left early, and an iterator may outlive its loader") {
  for (const int prefetch : {0, 1, 3})
    for (const bool transformed : {false, true}) {
      nn::loader_options how{.batch_size = 2, .prefetch = prefetch};
      if (transformed) how.transform = noisy;
      nn::data_loader loader(numbered(40), how);
      index_t seen = 0;
      for (const auto& [x, y] : loader) {
        seen += y.extent(0);
        if (seen == 6) break;
      }
      CHECK(seen == 6);
      CHECK(loader.epoch() == 1);
      auto at = nn::data_loader(numbered(40), how).begin();
      ++at;
      CHECK(at->size() == 2);
      { const auto unused = loader.begin(); }
      CHECK(loader.epoch() == 2);
    }
}

TEST_CASE("a loader sees the data as they were given to it") {
  auto d = numbered(6);
  nn::data_loader loader(d, {.batch_size = 6, .shuffle = false});
  d.inputs.set(99, 0, 0);
  for (const auto& [x, y] : loader) CHECK(x.at(0, 0) == 0);
  // Columns of a larger table, and a table stored by columns.
  const array table{{0.0, 0.0, 7.0}, {1.0, 10.0, 7.0}, {2.0, 20.0, 7.0}};
  nn::data_loader columns({table.slice(1, 0, 2, 1), arange(3, int64)}, {.batch_size = 3});
  for (const auto& b : columns) CHECK(belong_together(b));
  nn::data_loader turned({array{{0.0, 1.0, 2.0}, {0.0, 10.0, 20.0}}.permute({1, 0}), arange(3, int64)}, {.batch_size = 2});
  for (const auto& b : turned) CHECK(belong_together(b));
}

TEST_CASE("memory of batches is used again, with a thread too") {
  for (const int prefetch : {0, 2})
    for (const bool transformed : {false, true}) {
      nn::loader_options how{.batch_size = 64, .prefetch = prefetch};
      if (transformed) how.transform = noisy;
      nn::data_loader loader({zeros({1000, 50}), zeros({1000}, int64)}, how);
      const auto held = [&] {
        for (int epoch = 0; epoch < 3; ++epoch)
          for (const auto& [x, y] : loader) CHECK(x.extent(1) == 50);
        const auto u = seegrad::detail::pool::in_use();
        return u.live + u.spare;
      };
      const auto before = held(), after = held();
      CHECK(after == before);
    }
}

TEST_CASE("whether denormal numbers count as 0 is the same on the other thread") {
  const nn::dataset d{full({4, 1}, 1e-200), zeros({4})};
  const auto shrink = [](nn::dataset b, generator&) { return nn::dataset{b.inputs * array(1e-110), b.targets}; };
  for (const int prefetch : {0, 1}) {
    nn::data_loader loader(d, {.prefetch = prefetch, .transform = shrink});
    CHECK(loader.begin()->inputs.at(0, 0) > 0);
    const flush_to_zero flush;
    const auto flushed = loader.begin();
    CHECK(flushed->inputs.at(0, 0) == 0);
  }
}

TEST_CASE("options that make no sense are refused") {
  CHECK_THROWS_AS(nn::data_loader(numbered(3), {.batch_size = 0}), error);
  CHECK_THROWS_AS(nn::data_loader(numbered(3), {.prefetch = -1}), error);
  CHECK_THROWS_AS(nn::data_loader({zeros({3}), zeros({2})}), error);
  CHECK_THROWS_AS(nn::data_loader(numbered(0)), error);
  nn::data_loader huge(numbered(3), {.batch_size = std::numeric_limits<index_t>::max()});
  CHECK(order_of(one_pass(huge)).size() == 3);
}
