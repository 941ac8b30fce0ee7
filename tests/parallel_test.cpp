// Work that is shared out to threads: the same bits for any number of them, and an error of any piece reaches the caller.

#include <algorithm>
#include <atomic>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>

#include "message.hpp"

using namespace seegrad;

TEST_CASE("rows of so many numbers that threads share them") {
  generator g(5);
  constexpr index_t rows = 700, classes = 300;  // more than numbers_worth_threads, and no whole number of pieces
  static_assert(rows * classes > seegrad::detail::numbers_worth_threads);
  const auto x = randn(g, {rows, classes}), images = randn(g, {70, 3, 31, 29}), gates = randn(g, {rows, 4 * classes}),
             c = randn(g, {rows, classes}), at = randint(g, {rows, 1}, 0, classes);
  const auto all = [&] {
    graph record;
    const auto a = input(x), b = input(images), s = input(gates), t = input(c);
    const std::vector<tensor> y = {softmax(a, 1),
                                   softmax(a, 0),
                                   log_softmax_at(a, at, 1),
                                   standardise(a, 1e-5),
                                   max_pool2d(b, 2),
                                   max_pool2d(b, 3),
                                   avg_pool2d(b, 3),
                                   unfold(b, 3),
                                   lstm_state(s, t),
                                   lstm_output(s, t),
                                   tanh(a) * a,
                                   a + take(a, 0),
                                   fold(unfold(b, {2, 2}, {.stride = 2}), {31, 29}, {2, 2}, {.stride = 2})};
    tensor total = tensor(0.0);
    for (const auto& each : y) total = total + sum(square(each));
    backward(total);
    std::vector<array> results{grad(a), grad(b), grad(s), grad(t)};
    for (const auto& each : y) results.push_back(each.value());
    return results;
  };
  const auto alone = all();
  set_num_threads(3);
  const auto together = all();
  set_num_threads(1);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    CAPTURE(i);
    CHECK(identical(alone[i], together[i]));
  }
}

TEST_CASE("every row once, in stretches that threads take, and in one where there are few") {
  for (const int threads : {1, 3})
    for (const index_t width : {index_t{0}, index_t{1}, index_t{100}, index_t{1000}, index_t{1} << 20}) {
      set_num_threads(threads);
      constexpr index_t rows = 1001;
      std::vector<std::atomic<int>> seen(rows);
      std::atomic<int> stretches{0};
      seegrad::detail::parallel_rows(rows, width, [&](index_t begin, index_t end) {
        ++stretches;
        for (auto i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
      });
      CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& n) { return n == 1; }));
      CHECK((stretches > 1) == (rows * width > seegrad::detail::numbers_worth_threads));
      set_num_threads(1);
    }
  seegrad::detail::parallel_rows(0, 5, [](index_t, index_t) { FAIL("there is no row"); });
}

TEST_CASE("an error of a piece reaches the caller, and the next work goes on") {
  set_num_threads(3);
  const auto fails = [] {
    parallel_for(100, 1, [](index_t i, index_t) {
      if (i == 57) throw error("piece 57");
    });
  };
  CHECK(message_of(fails) == "piece 57");
  std::atomic<int> count{0};
  parallel_for(100, 1, [&](index_t, index_t) {
    parallel_for(10, 1, [&](index_t, index_t) { count += num_threads(); });  // within a piece there is one thread
  });
  CHECK(count == 1000);
  set_num_threads(1);
  check_contains(message_of([] { set_num_threads(-1); }), "-1 is negative");
}
