// Data that is made has the shape it is named after, and pictures that are made of others are whole.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/data/augment.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/layer/linear.hpp>
#include <set>

using namespace seegrad;

TEST_CASE("without noise, made data lie on the curves they are named after") {
  generator g(1);
  const auto near = [](double a, double b) { return std::abs(a - b) < 1e-12; };
  const auto m = nn::moons(g, 5, 0, float64);
  CHECK(m.inputs.shape() == dims{5, 2});
  CHECK(m.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1});
  // scikit-learn: make_moons(n_samples=(3, 2), shuffle=False).
  CHECK(all_close(m.inputs, array{{1.0, 0.0}, {0.0, 1.0}, {-1.0, 0.0}, {0.0, 0.5}, {2.0, 0.5}}, 1e-12, 1e-12));

  const auto s = nn::spirals(g, 7, 3, 0, float64);
  CHECK(s.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1, 2, 2});
  for (index_t i = 0; i < 7; ++i) {
    const double r = std::vector{0.0, 0.5, 1.0, 0.0, 1.0, 0.0, 1.0}[static_cast<std::size_t>(i)];
    CHECK(near(std::hypot(s.inputs.at(i, 0), s.inputs.at(i, 1)), r));
  }
  CHECK(near(s.inputs.at(1, 0), 0.5 * std::sin(2.0)));
  CHECK(near(s.inputs.at(4, 1), std::cos(4 + 2 * 3.141592653589793 / 3)));

  const auto f = nn::planar_flower(g, 6, 0, 4, float64);
  CHECK(f.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1, 1});
  CHECK(near(f.inputs.at(1, 0), 4 * std::sin(4 * 1.56) * std::sin(1.56)));
  CHECK(near(f.inputs.at(5, 1), 4 * std::sin(4 * 6.24) * std::cos(6.24)));

  const auto b = nn::blobs(g, 3, array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, 0, float32);
  CHECK(identical(b.inputs, array({{1.0, 2.0, 3.0}, {1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, float32)));

  const auto c = nn::sine_curve(g, 100, 0, 1, 2, float64);
  const auto n = nn::nielsen_curve(g, 100, 0, float64);
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
  const auto b = nn::blobs(g, 4000, array{{1.0}, {1.0}}, 0.5, float64);
  double mean = 0, square = 0;
  for (const auto v : b.inputs.elements<double>()) mean += v / 4000, square += (v - 1) * (v - 1) / 4000;
  CHECK(mean == doctest::Approx(1).epsilon(0.04));
  CHECK(std::sqrt(square) == doctest::Approx(0.5).epsilon(0.05));
  CHECK(identical(nn::blobs(again, 4000, array{{1.0}, {1.0}}, 0.5, float64).inputs, b.inputs));
  CHECK_FALSE(identical(nn::blobs(again, 4000, array{{1.0}, {1.0}}, 0.5, float64).inputs, b.inputs));

  const auto labels = nn::random_labels(g, 3000, 3).to_vector<std::int64_t>();
  for (std::int64_t c = 0; c < 3; ++c) CHECK(std::abs(std::count(labels.begin(), labels.end(), c) - 1000) < 150);
  CHECK(nn::moons(g, 0).inputs.shape() == dims{0, 2});
  CHECK(nn::moons(g, 4).inputs.type() == nn::linear(2, 2).weight.type());  // layers and made data agree
  CHECK(nn::moons(g, 4, 0.1, float64).inputs.type() == float64);
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
  array x = arange(200.0 * 2 * 3 * 4).reshape({200, 2, 3, 4});
  const auto y = nn::random_horizontal_flip(g, x);
  int flipped = 0;
  for (index_t i = 0; i < 200; ++i) {
    const auto before = x.select(0, i), after = y.select(0, i);
    const bool flip = identical(after, before.flip({2}));
    CHECK((flip || identical(after, before)));
    flipped += flip;
  }
  CHECK(std::abs(flipped - 100) < 30);
  CHECK(identical(nn::random_horizontal_flip(g, x, 0), x));
  CHECK(identical(nn::random_horizontal_flip(g, x, 1), x.flip({3})));
  CHECK_THROWS_AS(nn::random_horizontal_flip(g, zeros({2, 2})), error);
  CHECK_THROWS_AS(nn::random_horizontal_flip(g, x, 1.5), error);
}

TEST_CASE("crops are windows of the framed picture, at every place") {
  generator g(4);
  const index_t n = 300, h = 3, w = 2, p = 1, height = 2, width = 3;
  const array x = arange(1, static_cast<double>(n * h * w) + 1).reshape({n, 1, h, w});
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
