// Windows whose settings are as large and as small as whole numbers can be.

#include <autodiff/array/create.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/window/convolution.hpp>
#include <autodiff/ops/window/pooling.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <string>

using namespace seegrad;

TEST_CASE("settings beyond any array are refused, and large ones cost nothing") {
  const array x = ones({1, 2, 5, 5}), w = ones({3, 2, 2, 2}), turned = ones({2, 3, 2, 2}), one = ones({1, 2, 1, 1});
  using call = std::function<array(index_t)>;
  const std::vector<std::pair<std::string, call>> calls = {
      {"stride", [&](index_t n) { return conv2d(x, w, {.stride = n}); }},
      {"padding", [&](index_t n) { return conv2d(x, w, {.padding = n}); }},
      {"dilation", [&](index_t n) { return conv2d(x, w, {.dilation = n}); }},
      {"groups", [&](index_t n) { return conv2d(x, w, {.groups = n}); }},
      {"transposed stride", [&](index_t n) { return conv_transpose2d(x, turned, {.stride = n}); }},
      {"transposed padding", [&](index_t n) { return conv_transpose2d(x, turned, {.padding = n}); }},
      {"transposed dilation", [&](index_t n) { return conv_transpose2d(x, turned, {.dilation = n}); }},
      {"max kernel", [&](index_t n) { return max_pool2d(x, n); }},
      {"max stride", [&](index_t n) { return max_pool2d(x, 2, {.stride = n}); }},
      {"max padding", [&](index_t n) { return max_pool2d(x, 2, {.padding = n}); }},
      {"max dilation", [&](index_t n) { return max_pool2d(x, 2, {.dilation = n}); }},
      {"mean kernel", [&](index_t n) { return avg_pool2d(x, n); }},
      {"mean stride", [&](index_t n) { return avg_pool2d(x, 2, {.stride = n}); }},
      {"mean padding", [&](index_t n) { return avg_pool2d(x, 2, {.padding = n}); }},
      {"mean extent", [&](index_t n) { return adaptive_avg_pool2d(x, n); }},
      {"unfold kernel", [&](index_t n) { return unfold(x, n); }},
      {"unfold padding", [&](index_t n) { return unfold(x, n, {.padding = n}); }},
      {"unfold stride", [&](index_t n) { return unfold(x, 2, {.stride = n}); }},
      {"fold extent",
       [&](index_t n) {
         return fold(ones({1, 8, 16}), n, 2);
       }},
      {"fold kernel", [&](index_t n) {
         return fold(ones({1, 8, 16}), 5, n);
       }}};
  const auto huge = index_t{1} << 62;
  for (const auto& [name, f] : calls)
    for (const auto n : {huge, huge + 1, -huge, std::numeric_limits<index_t>::max(), std::numeric_limits<index_t>::min()}) {
      const auto setting = name;
      CAPTURE(setting);
      CAPTURE(n);
      CHECK_THROWS_AS(f(n), error);
    }
  // One window, wherever the next would begin.
  for (const index_t n : {index_t{4}, index_t{1000}, index_t{0x7fffffff}}) {
    CHECK(identical(conv2d(x, w, {.stride = n}), full({1, 3, 1, 1}, 8)));
    CHECK(identical(max_pool2d(x, 2, {.stride = n}), ones({1, 2, 1, 1})));
    CHECK(identical(unfold(x, 2, {.stride = n}), ones({1, 8, 1})));
    CHECK(identical(conv_transpose2d(one, turned, {.stride = n}), full({1, 3, 2, 2}, 2)));
    graph g;
    const tensor a = input(x), b = input(w);
    backward(sum(conv2d(a, b, {.stride = n})));
    CHECK(sum(grad(a)).item() == 24);
    CHECK(identical(grad(b), ones({3, 2, 2, 2})));
  }
}
