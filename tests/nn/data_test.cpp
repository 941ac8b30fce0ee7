// Datasets are split without loss, batches come in an order that seed and pass decide, and made data has the shape it should.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/pool.hpp>
#include <autodiff/array/view.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/data/augment.hpp>
#include <nn/data/data_loader.hpp>
#include <nn/data/standardise.hpp>
#include <nn/data/synthetic.hpp>
#include <set>
#include <stdexcept>

using namespace seegrad;

namespace {

// Sample i is {i, 10 i}, and its target i.
auto numbered(index_t n) -> nn::dataset {
  std::vector<double> x;
  for (index_t i = 0; i < n; ++i) x.push_back(static_cast<double>(i)), x.push_back(10.0 * static_cast<double>(i));
  return {array(x, {n, 2}), arange(static_cast<double>(n), int64)};
}

auto belong_together(const nn::dataset& d) -> bool {
  bool all = d.inputs.extent(0) == d.targets.extent(0);
  for (index_t i = 0; all && i < d.size(); ++i)
    all = d.inputs.at(i, 0) == d.targets.at(i) && d.inputs.at(i, 1) == 10 * d.targets.at(i);
  return all;
}

using passes = std::vector<nn::dataset>;
auto one_pass(nn::data_loader& loader) -> passes {
  passes out;
  for (const auto& batch : loader) out.push_back(batch);
  return out;
}
auto order_of(const passes& p) -> std::vector<std::int64_t> {
  std::vector<std::int64_t> out;
  for (const auto& b : p)
    for (const auto t : b.targets.to_vector<std::int64_t>()) out.push_back(t);
  return out;
}
auto same(const passes& a, const passes& b) -> bool {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return identical(x.inputs, y.inputs) && identical(x.targets, y.targets);
  });
}
auto sorted(std::vector<std::int64_t> x) -> std::vector<std::int64_t> {
  std::sort(x.begin(), x.end());
  return x;
}
auto counted(std::int64_t n) -> std::vector<std::int64_t> {
  return arange(static_cast<double>(n), int64).to_vector<std::int64_t>();
}

static_assert(std::input_iterator<nn::data_loader::iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, nn::data_loader::iterator>);

auto noisy(nn::dataset batch, generator& g) -> nn::dataset { return {nn::gaussian_noise(g, batch.inputs, 0.5), batch.targets}; }

}  // namespace

// --- datasets --------------------------------------------------------------------------------------------------------------

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
  const nn::dataset turned{views::permute(array{{0.0, 1.0, 2.0}, {0.0, 10.0, 20.0}}, {1, 0}), arange(3, int64)};
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

// --- loaders ---------------------------------------------------------------------------------------------------------------

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
  nn::data_loader columns({views::slice(table, 1, 0, 2, 1), arange(3, int64)}, {.batch_size = 3});
  for (const auto& b : columns) CHECK(belong_together(b));
  nn::data_loader turned({views::permute(array{{0.0, 1.0, 2.0}, {0.0, 10.0, 20.0}}, {1, 0}), arange(3, int64)},
                         {.batch_size = 2});
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
        const auto u = pool::in_use();
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

// --- made data -------------------------------------------------------------------------------------------------------------

TEST_CASE("without noise, made data lie on the curves they are named after") {
  generator g(1);
  const auto near = [](double a, double b) { return std::abs(a - b) < 1e-12; };
  const auto m = nn::moons(g, 5, 0);
  CHECK(m.inputs.shape() == dims{5, 2});
  CHECK(m.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1});
  // scikit-learn: make_moons(n_samples=(3, 2), shuffle=False).
  CHECK(all_close(m.inputs, array{{1.0, 0.0}, {0.0, 1.0}, {-1.0, 0.0}, {0.0, 0.5}, {2.0, 0.5}}, 1e-12, 1e-12));

  const auto s = nn::spirals(g, 7, 3, 0);
  CHECK(s.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1, 2, 2});
  for (index_t i = 0; i < 7; ++i) {
    const double r = std::vector{0.0, 0.5, 1.0, 0.0, 1.0, 0.0, 1.0}[static_cast<std::size_t>(i)];
    CHECK(near(std::hypot(s.inputs.at(i, 0), s.inputs.at(i, 1)), r));
  }
  CHECK(near(s.inputs.at(1, 0), 0.5 * std::sin(2.0)));
  CHECK(near(s.inputs.at(4, 1), std::cos(4 + 2 * 3.141592653589793 / 3)));

  const auto f = nn::planar_flower(g, 6, 0);
  CHECK(f.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1, 1});
  CHECK(near(f.inputs.at(1, 0), 4 * std::sin(4 * 1.56) * std::sin(1.56)));
  CHECK(near(f.inputs.at(5, 1), 4 * std::sin(4 * 6.24) * std::cos(6.24)));

  const auto b = nn::blobs(g, 3, array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, 0, float32);
  CHECK(identical(b.inputs, array({{1.0, 2.0, 3.0}, {1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, float32)));

  const auto c = nn::sine_curve(g, 100, 0, 1, 2);
  const auto n = nn::nielsen_curve(g, 100);
  CHECK(c.targets.shape() == dims{100, 1});
  for (index_t i = 0; i < 100; ++i) {
    const auto x = c.inputs.at(i, 0), z = n.inputs.at(i, 0);
    CHECK((x >= 1 && x < 2 && near(c.targets.at(i, 0), std::sin(x))));
    CHECK((z >= 0 && z < 1));
    CHECK(near(n.targets.at(i, 0), 0.2 + 0.4 * z * z + 0.3 * z * std::sin(15 * z) + 0.05 * std::cos(50 * z)));
  }
}

TEST_CASE("noise has the deviation that was asked for, and the generator decides it") {
  generator g(2), again(2);
  const auto b = nn::blobs(g, 4000, array{{1.0}, {1.0}}, 0.5);
  double mean = 0, square = 0;
  for (const auto v : b.inputs.elements<double>()) mean += v / 4000, square += (v - 1) * (v - 1) / 4000;
  CHECK(mean == doctest::Approx(1).epsilon(0.04));
  CHECK(std::sqrt(square) == doctest::Approx(0.5).epsilon(0.05));
  CHECK(identical(nn::blobs(again, 4000, array{{1.0}, {1.0}}, 0.5).inputs, b.inputs));
  CHECK_FALSE(identical(nn::blobs(again, 4000, array{{1.0}, {1.0}}, 0.5).inputs, b.inputs));

  const auto labels = nn::random_labels(g, 3000, 3).to_vector<std::int64_t>();
  for (std::int64_t c = 0; c < 3; ++c) CHECK(std::abs(std::count(labels.begin(), labels.end(), c) - 1000) < 150);
  CHECK(nn::moons(g, 0).inputs.shape() == dims{0, 2});
  CHECK(nn::moons(g, 4, 0.1, float32).inputs.type() == float32);
  CHECK_THROWS_AS(nn::moons(g, -1), error);
  CHECK_THROWS_AS(nn::moons(g, 5, -0.1), error);
  CHECK_THROWS_AS(nn::moons(g, 5, 0.1, int64), error);
  CHECK_THROWS_AS(nn::spirals(g, 5, 0), error);
  CHECK_THROWS_AS(nn::blobs(g, 5, array{1.0}), error);
  CHECK_THROWS_AS(nn::random_labels(g, 5, 0), error);
}

// --- augmentation ----------------------------------------------------------------------------------------------------------

TEST_CASE("pictures are mirrored whole, about half of them") {
  generator g(4);
  array x = views::reshape(arange(200.0 * 2 * 3 * 4), {200, 2, 3, 4});
  const auto y = nn::random_horizontal_flip(g, x);
  int flipped = 0;
  for (index_t i = 0; i < 200; ++i) {
    const auto before = views::select(x, 0, i), after = views::select(y, 0, i);
    const bool flip = identical(after, views::flip(before, {2}));
    CHECK((flip || identical(after, before)));
    flipped += flip;
  }
  CHECK(std::abs(flipped - 100) < 30);
  CHECK(identical(nn::random_horizontal_flip(g, x, 0), x));
  CHECK(identical(nn::random_horizontal_flip(g, x, 1), views::flip(x, {3})));
  CHECK_THROWS_AS(nn::random_horizontal_flip(g, zeros({2, 2})), error);
  CHECK_THROWS_AS(nn::random_horizontal_flip(g, x, 1.5), error);
}

TEST_CASE("crops are windows of the framed picture, at every place") {
  generator g(4);
  const index_t n = 300, h = 3, w = 2, p = 1, height = 2, width = 3;
  const array x = views::reshape(arange(1, static_cast<double>(n * h * w) + 1), {n, 1, h, w});
  const auto y = nn::random_crop(g, x, p, height, width);
  CHECK(y.shape() == dims{n, 1, height, width});
  std::set<std::pair<index_t, index_t>> places;
  for (index_t i = 0; i < n; ++i) {
    int fits = 0;
    for (index_t top = 0; top <= h + 2 * p - height; ++top)
      for (index_t left = 0; left <= w + 2 * p - width; ++left) {
        bool all = true;
        for (index_t r = 0; r < height; ++r)
          for (index_t c = 0; c < width; ++c) {
            const auto a = top + r - p, b = left + c - p;
            const bool inside = a >= 0 && a < h && b >= 0 && b < w;
            all = all && y.at(i, 0, r, c) == (inside ? x.at(i, 0, a, b) : 0);
          }
        if (all) ++fits, places.emplace(top, left);
      }
    CHECK(fits == 1);
  }
  CHECK(places.size() == 8);  // 4 tops and 2 lefts
  CHECK(identical(nn::random_crop(g, x, 0), x));
  CHECK(nn::random_crop(g, x, 5, 1, 1).shape() == dims{n, 1, 1, 1});
  CHECK_THROWS_AS(nn::random_crop(g, x, 0, 4, 2), error);
  CHECK_THROWS_AS(nn::random_crop(g, x, -1), error);
  CHECK_THROWS_AS(nn::random_crop(g, zeros({3, 3}), 1), error);
}
