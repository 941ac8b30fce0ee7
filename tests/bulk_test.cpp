// Inputs and gradients many at a time, into memory of the caller's, and by one variable.
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <numeric>
#include <thread>

using namespace seegrad;

TEST_CASE("inputs in bulk are inputs one at a time") {
  std::vector<double> values(10000);
  std::iota(values.begin(), values.end(), 1.0);
  graph one, many;
  const auto x = inputs(values);
  REQUIRE(x.size() == values.size());
  CHECK(many.size() == values.size());
  scalar y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(x[i].value() == values[i]);
    CHECK(many.is_input(many.id(x[i].ref(), "test")));
    y = y + x[i] * x[i];
  }
  backward(y);
  std::vector<double> slopes(x.size());
  gradients(x, slopes);
  bool right = true;
  for (std::size_t i = 0; i < x.size(); ++i) right = right && slopes[i] == 2 * values[i] && grad(x[i]) == slopes[i];
  CHECK(right);
  CHECK(inputs({}).empty());
  const auto size = many.size();
  std::vector<scalar> room(3);
  CHECK_THROWS_WITH_AS(inputs(values, room), "inputs: there are 10000 numbers, and room for 3", error);
  CHECK(many.size() == size);
  // With a mark in between, and behind a rewind, handles are told apart as ever.
  const auto m = many.mark();
  const auto late = inputs(std::array{5.0, 6.0});
  CHECK((late[0] * x[0]).value() == 5);
  many.rewind(m);
  CHECK_THROWS_AS(late[1] * x[0], error);
  CHECK((x[1] * x[2]).value() == 6);
}

TEST_CASE("inputs need a graph") { CHECK_THROWS_AS(inputs(std::array{1.0}), error); }

TEST_CASE("gradients into the caller's memory") {
  graph g;
  const std::array x{input(2.0), input(5.0)};
  const auto y = x[0] * x[0] * x[1];
  double into[2] = {};
  gradient(y, x, into);
  CHECK(into[0] == 20);
  CHECK(into[1] == 4);
  CHECK_FALSE(g.swept(0));  // the graph's own set is another
  double one[1] = {};
  CHECK_THROWS_WITH_AS(gradient(y, x, one), "gradient: there are 2 variables, and room for 1 numbers", error);
  CHECK_THROWS_AS(gradients(x, into), error);  // no sweep yet
  backward(y, 10.0);
  gradients(x, into);
  CHECK(into[0] == 200);
  gradient(scalar(3.0), x, into);  // of a constant
  CHECK(into[0] == 0);
  CHECK_THROWS_AS(gradient(y, std::array{x[0], scalar(1.0)}, into), error);
}

TEST_CASE("by one variable") {
  graph g;
  const auto x = input(2.0);
  const auto y = x * x * x;
  CHECK(gradient(y, x) == 12);
  const scalar slope = recorded_gradient(y, x);
  CHECK(gradient(slope, x) == 12);  // 6 x
  const auto v = input(array{1.0, 2.0});
  CHECK(gradient(sum(v * v), v).at(1) == 4);
  CHECK(gradient(sum(recorded_gradient(sum(v * v * v), v)), v).at(1) == 12);
  CHECK(gradient(sum(v * y), x).item() == 36);
}

TEST_CASE("small graphs one after the other share what they need") {
  for (int i = 0; i < 100; ++i) {
    graph g;
    const scope s("part");
    const auto a = input(i, "a");
    const auto b = clamp(a, 0.0, 50.0);
    {
      graph inner;
      const auto c = input(1.0, "c");
      CHECK(inner.scope_count() == 1);
      CHECK(inner.name(inner.id(c.ref(), "test")) == "c");
      CHECK(gradient(c * c, c) == 2);
    }
    CHECK(g.scope_count() == 2);
    CHECK(g.scope_name(0).empty());
    if (i != 0 && i != 50) CHECK(gradient(b, a) == (i > 50 ? 0 : 1));
  }
}

TEST_CASE("a graph that outlives what its thread keeps") {
  std::thread([] {
    thread_local graph late;
    const auto x = input(2.0);
    CHECK(gradient(x * x, x) == 4);
    { graph inner; }
  }).join();
}
