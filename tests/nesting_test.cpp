// Graphs in graphs, in any order, and none at all.
#include <autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <optional>

using namespace seegrad;

TEST_CASE("no graph on the thread") {
  CHECK_FALSE(graph::is_active());
  for (const auto& use : std::vector<std::function<void()>>{
           [] { graph::active(); }, [] { input(1.0); }, [] { input(1.0, "x"); }, [] { handle(0); }, [] { backward(scalar(1.0)); },
           [] { grad(scalar(1.0)); }, [] { rewind_scope r; }, [] { scope s("s"); }})
    CHECK_THROWS_WITH_AS(use(), doctest::Contains("there is none on this thread"), error);
  // Numbers are still numbers.
  const scalar k = sin(scalar(2.0)) * 3 + fma(scalar(1), 2, 3);
  CHECK(k.is_constant());
  CHECK(k.value() == std::sin(2.0) * 3 + 5);
  { const no_record quiet; }
  CHECK_FALSE(graph::is_active());
}

TEST_CASE("graphs end in any order") {
  std::optional<graph> a, b, c;
  a.emplace();
  const scalar x = input(1.0);
  b.emplace();
  c.emplace();
  const scalar z = input(3.0);
  b.reset();
  CHECK(&graph::active() == &*c);
  CHECK(gradient(z * z, wrt(z))[0] == 6);
  c.reset();
  CHECK(&graph::active() == &*a);
  CHECK(gradient(x * x, wrt(x))[0] == 2);
  b.emplace();
  a.reset();
  CHECK(&graph::active() == &*b);
  CHECK_THROWS_WITH_AS(x + input(1.0), doctest::Contains("its graph is gone"), error);
  b.reset();
  CHECK_FALSE(graph::is_active());
}

TEST_CASE("a graph that ends while it is silenced") {
  graph outer;
  const scalar x = input(1.0);
  auto inner = std::make_unique<graph>();
  {
    const no_record quiet;
    CHECK(&graph::active() == inner.get());
    inner.reset();
    CHECK(&graph::active() == &outer);
    CHECK(sin(x).is_constant());
  }
  CHECK(&graph::active() == &outer);
  CHECK(gradient(x * x, wrt(x))[0] == 2);
}

TEST_CASE("detach stops the gradient") {
  graph g;
  const scalar x = input(3.0), y = detach(x) * x;
  CHECK(y.value() == 9);
  CHECK(gradient(y, wrt(x))[0] == 3);
  CHECK(detach(x * x).is_constant());
  CHECK(gradient(detach(x) * 2, wrt(x))[0] == 0);
}
