// Pooling against values from PyTorch, the quick way for windows of two by two against the general one, and what wins where numbers are equal
// or none.

#include <doctest/doctest.h>

#include <autodiff/ops/window/pooling.hpp>
#include <cmath>
#include <limits>

#include "window_values.hpp"

using namespace seegrad;

TEST_CASE("pools: values from PyTorch") {
  const auto x = whole_numbers({1, 2, 5, 6}, 7, 11);
  SUBCASE("max_pool2d, with ties, padding, dilation, and windows that reach beyond the end") {
    const auto three = [](const auto& a) { return max_pool2d(a, 3, {.stride = 2, .padding = 1}); };
    CHECK(close_to(three(x), {1, 2, 3, 3}, {4, 5, 5, 4, 5, 4, 5, 5, 4, 5, 4, 4, 5, 4, 5, 1, 4, 5}));
    CHECK(close_to(gradient_of(x, three), x.shape(),
                   {0, 0, 0, 3, 0, 0, -4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0,  0,
                    0, 0, 0, 0, 0, 0, 1,  0, 0, 2, 0, 0, 0, 0, 0, 0, 0, -3, 0, 0, 3, 0, 0, 0, 0, 0,  0, 0, -1, 0}));
    const auto wide = [](const auto& a) {
      return max_pool2d(a, {2, 3}, {.stride = {2, 2}, .padding = {1, 1}, .dilation = {1, 2}, .ceil_mode = true});
    };
    CHECK(close_to(wide(x), {1, 2, 3, 3}, {5, 5, 5, 3, 4, 4, 5, 5, 2, 3, 3, -2, 4, 5, 5, 0, 3, 3}));
    CHECK(close_to(gradient_of(x, wide), x.shape(),
                   {0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 0,
                    0, 2, 0, 0, 0, 2, 0, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 0,  0, 0, 0, 0}));
    CHECK(close_to(max_pool2d(x, 2, {.ceil_mode = true}), {1, 2, 3, 3}, {4, 5, 1, 2, 5, 4, 5, 1, 4, 5, 4, 2, 3, 4, 5, -1, 2, 5}));
  }
  SUBCASE("avg_pool2d") {
    CHECK(close_to(avg_pool2d(x, 3, {.stride = 2, .padding = 1, .ceil_mode = true}), {1, 2, 3, 4},
                   {1 / 9., 4 / 9.,  0,       -4 / 3., 0,      1 / 9.,  -5 / 9., 1 / 6., -1 / 9., 1 / 9.,  -1 / 3., 1 / 3.,
                    5 / 9., -1 / 9., -5 / 9., -1,      2 / 3., -1 / 9., 4 / 9.,  2 / 3., -8 / 9., -4 / 9., 1 / 3.,  2 / 3.}));
    CHECK(close_to(avg_pool2d(x, 3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false}), {1, 2, 3, 4},
                   {0.25, 2 / 3.,  0,       -4, 0, 1 / 9.,  -5 / 9., 1 / 3., -0.25, 1 / 6.,  -0.5, 1,
                    1.25, -1 / 6., -5 / 6., -3, 1, -1 / 9., 4 / 9.,  4 / 3., -2,    -2 / 3., 0.5,  2}));
    CHECK(close_to(adaptive_avg_pool2d(x, {3, 4}), {1, 2, 3, 4},
                   {0.25, -1, 2,    -2, 0, -1 / 3., -1, -4 / 3., -0.25, 1.25, -1.25, 0.25,
                    1.25, 0,  0.25, -1, 1, -7 / 6., 0,  -1 / 3., -2,    -0.5, -0.25, 1.25}));
    CHECK(close_to(
        adaptive_avg_pool2d(x, {7, 2}), {1, 2, 7, 2},
        {-5 / 3., 1,       -5 / 6., 0,       5 / 6., -1 / 6., 5 / 3., 2 / 3., 2 / 3.,  -1 / 3., 0.5,     -0.5, 4 / 3.,  1 / 3.,
         -2 / 3., -5 / 3., 1 / 6.,  -5 / 6., 0,      5 / 6.,  -1,     5 / 3., -1 / 6., 2 / 3.,  -1 / 3., 0.5,  -4 / 3., 4 / 3.}));
  }
}

TEST_CASE("max pooling: the first of equals, NaN, odd extents") {
  for (auto type : {float32, float64}) {
    const auto x = array{{{{1.0, 3.0, 2.0, 2.0, 7.0}, {3.0, 3.0, 2.0, 2.0, 8.0}, {9.0, 9.0, 9.0, 9.0, 9.0}}}}.cast(type);
    const auto y = max_pool2d(x, 2);
    CHECK(y.type() == type);
    CHECK(y.to_vector<double>() == std::vector<double>{3, 2});
    graph g;
    const auto in = input(x);
    backward(max_pool2d(in, 2), array{{{{5.0, 6.0}}}}.cast(type));
    CHECK(grad(in).to_vector<double>() == std::vector<double>{0, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  }
  const auto nan = std::nan("");
  const auto x = array{{{{1.0, nan, 2.0, 5.0}, {3.0, 4.0, 2.0, 2.0}}}};
  CHECK(std::isnan(max_pool2d(x, 2).at(0, 0, 0, 0)));
  CHECK(max_pool2d(x, 2).at(0, 0, 0, 1) == 5);
  const auto low = full({1, 1, 2, 2}, -std::numeric_limits<double>::infinity());
  CHECK(gradient_of(low, [](const tensor& a) { return max_pool2d(a, 2); }).to_vector<double>() ==
        std::vector<double>{-3, 0, 0, 0});
  CHECK(gradient_of(low, [](const tensor& a) { return max_pool2d(a, 2, {.stride = 1}); }).to_vector<double>() ==
        std::vector<double>{-3, 0, 0, 0});
  CHECK(max_pool2d(full({1, 1, 2, 2}, -7), 3, {.stride = 1, .padding = 1}).to_vector<double>() == std::vector<double>(4, -7));
  CHECK(max_pool1d(array{{{1.0, 4.0, 2.0, 3.0}}}, 2).to_vector<double>() == std::vector<double>{4, 3});
  CHECK(avg_pool1d(array{{{1.0, 4.0, 2.0, 3.0}}}, 3, {.stride = 1, .padding = 1}).to_vector<double>() ==
        std::vector<double>{5 / 3., 7 / 3., 3, 5 / 3.});
  CHECK(adaptive_avg_pool1d(array{{{1.0, 4.0, 2.0, 3.0}}}, 1).to_vector<double>() == std::vector<double>{2.5});
}

TEST_CASE("pools of two by two are those of any size, whatever the width") {
  // With ceil_mode the general way is taken, and does the same where no window reaches beyond the end.
  const double numbers[] = {0, 1, 2, -1, std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()};
  std::uint32_t dice = 1;
  int wrong = 0;
  for (const auto type : {float32, float64})
    for (index_t w = 2; w < 40; ++w)
      for (const index_t h : {2, 5}) {
        auto x = zeros({2, 1, h, w});
        for (auto& v : x.writable<double>()) v = numbers[(dice = dice * 1664525 + 1013904223) >> 16 & 3];
        auto strange = x.copy();
        for (auto& v : strange.writable<double>()) v = numbers[((dice = dice * 1664525 + 1013904223) >> 16) % 6];
        for (const auto& all : {x, strange}) {
          const auto whole = slice(slice(all, 2, 0, h / 2 * 2), 3, 0, w / 2 * 2);
          graph g;
          const auto a = input(all.cast(type)), b = input(whole.cast(type));
          const auto ya = max_pool2d(a, 2), yb = max_pool2d(b, 2, {.ceil_mode = true});
          wrong +=
              !identical(where(ya.value() == ya.value(), ya.value(), 77.0), where(yb.value() == yb.value(), yb.value(), 77.0));
          const auto seed = arange(1.0, static_cast<double>(ya.size()) + 1).cast(type);
          const auto ga = vjp(ya, reshape(seed, ya.shape()), std::vector{a})[0],
                     gb = vjp(yb, reshape(seed, yb.shape()), std::vector{b})[0];
          wrong += !identical(slice(slice(ga, 2, 0, h / 2 * 2), 3, 0, w / 2 * 2), gb);
          wrong += sum(ga).item() != sum(gb).item();
        }
      }
  CHECK(wrong == 0);
}
