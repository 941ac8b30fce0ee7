// Whole numbers that say how an operation works, as large and as small as they can be: what they mean, or an error, and no product or sum that comes round.

#include <autodiff/array/create.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <doctest/doctest.h>

#include "extreme_settings.hpp"

using namespace seegrad;

namespace {

auto counted() -> array { return arange(12).reshape({3, 4}); }

}  // namespace

TEST_CASE("slices reach as far as there is something, whatever the step") {
  const auto x = counted();
  for (const auto n : {most, most - 1, huge}) {
    CAPTURE(n);
    CHECK(identical(x.slice(0, 0, 3, n), x.slice(0, 0, 1, 1)));
    CHECK(identical(x.slice(0, 1, n, 1), x.slice(0, 1, 3, 1)));
    CHECK(identical(x.slice(0, -n, n, n), x.slice(0, 0, 1, 1)));
    CHECK(x.slice(0, n, most, 1).size() == 0);
    CHECK(identical(x.slice(0, n, least, -n), x.slice(0, 2, 3, 1)));
  }
  CHECK(identical(x.slice(0, most, least, least), x.slice(0, 2, 3, 1)));
  CHECK(x.slice(0, least, most, least).size() == 0);
  for (const auto& [start, stop, step] : {std::tuple{index_t{1}, most, most}, {most, least, least}, {index_t{2}, least, -huge}}) {
    graph g;
    const tensor a = input(x), y = slice(a, 0, start, stop, step);
    backward(sum(square(y)));
    auto expected = zeros({3, 4});
    expected = concat(
        std::vector{expected.slice(0, 0, start == 1 ? 1 : 2, 1), 2.0 * y.value(), expected.slice(0, 0, start == 1 ? 1 : 0, 1)});
    CHECK(identical(grad(a), expected));
  }
}

TEST_CASE("diagonals beyond the corners") {
  const auto x = counted();
  for (const auto n : extremes) {
    CAPTURE(n);
    CHECK(identical(tril(x, n), n > 0 ? x : zeros({3, 4})));
    CHECK(identical(triu(x, n), n > 0 ? zeros({3, 4}) : x));
    CHECK(diagonal(x, n).size() == 0);
    const auto shift = (n % 3 + 3) % 3;
    CHECK(identical(roll(x, n, 0), roll(x, shift, 0)));
  }
}

TEST_CASE("what there cannot be is refused") {
  const auto x = counted();
  generator g(1);
  refused({{"select", [&](index_t n) { x.select(0, n); }},
           {"take", [&](index_t n) { take(x, n); }},
           {"take of an array", [&](index_t n) { take(x, array{n}, 0); }},
           {"gather",
            [&](index_t n) {
              gather(x, array{n}.reshape({1, 1}), 0);
            }},
           {"scatter",
            [&](index_t n) {
              scatter(x, array{n}.reshape({1, 1}), ones({1, 1}), 0);
            }},
           {"at", [&](index_t n) { x.at(n, 0); }},
           {"pad in front",
            [&](index_t n) {
              pad(x, {n, 0}, {0, 0});
            }},
           {"pad at both ends",
            [&](index_t n) {
              pad(x, {0, n}, {0, n});
            }},
           {"expand",
            [&](index_t n) {
              x.expand({n, 3, 4});
            }},
           {"reshape",
            [&](index_t n) {
              x.reshape({n, 4});
            }},
           {"reshape of nothing",
            [&](index_t n) {
              zeros({0, 3}).reshape({n, 4, 0});
            }},
           {"one_hot", [&](index_t n) { one_hot(array{n}, 3); }},
           {"one_hot of so many", [&](index_t n) { one_hot(array{index_t{0}}, n); }},
           {"topk", [&](index_t n) { topk(x, n); }},
           {"split",
            [&](index_t n) {
              split(x, {n, 3});
            }},
           {"split that comes round",
            [&](index_t) {
              split(x, {huge, huge, huge, huge, 3});
            }},
           {"repeat", [&](index_t n) { repeat(x, n, 0); }},
           {"tile",
            [&](index_t n) {
              tile(x, {n, 1});
            }},
           {"zeros",
            [&](index_t n) {
              zeros({n, 4});
            }},
           {"zeros of nothing",
            [&](index_t n) {
              zeros({n, 0, 4});
            }},
           {"eye", [&](index_t n) { eye(n); }},
           {"rand",
            [&](index_t n) {
              rand(g, {n, 2});
            }},
           {"permutation", [&](index_t n) { permutation(g, n); }},
           {"an axis", [&](index_t n) { cumsum(x, n); }},
           {"another axis", [&](index_t n) { sum(x, n); }},
           {"a place for an axis", [&](index_t n) { unsqueeze(x, n); }},
           {"flatten", [&](index_t n) { flatten(x, n, n); }},
           {"swap_axes", [&](index_t n) { swap_axes(x, n, 0); }},
           {"flip", [&](index_t n) { flip(x, {n}); }},
           {"permute",
            [&](index_t n) {
              permute(x, {n, 0});
            }},
           {"concat", [&](index_t n) {
              concat(std::vector{x, x}, n);
            }}});
  CHECK(chunk(x, most).size() == 3);
  CHECK(chunk(x, 2).size() == 2);
  CHECK(tile(x, {0, 2}).shape() == dims{0, 8});
  CHECK_THROWS_AS(repeat(x, -1, 0), error);
  CHECK_THROWS_AS(tile(x, {-1}), error);
  CHECK_THROWS_AS(split(x, {-1, 4}), error);
}
