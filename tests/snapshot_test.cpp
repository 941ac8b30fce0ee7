// Two states of one program, compared.
#include <autodiff/autodiff.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/snapshot.hpp>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

auto small_program(double x, double y) -> scalar {
  const scalar a = input(x, "a"), b = input(y, "b");
  const scalar J = named(a * b, "J");
  backward(J);
  return J;
}

}  // namespace

TEST_CASE("what has changed at a node") {
  graph g;
  small_program(2.0, 3.0);
  const graph_snapshot before(g);
  graph later;
  const scalar J = small_program(2.5, 3.0);
  before.expect_same_program(later);
  CHECK(before.change(later, 0, 4) == "value was 2 (+0.5)");
  CHECK(before.change(later, 1, 4) == "grad was 2 (+0.5)");
  CHECK(before.change(later, 2, 4) == "value was 6 (+1.5)");
  CHECK(before.change(g, 0, 4).empty());
  const auto dot = picture(J, {.before = &before}).to_dot();
  CHECK(dot.find("value was 6 (+1.5)") != std::string::npos);
  CHECK(dot.find("grad was 2 (+0.5)") != std::string::npos);
  CHECK(picture(J).to_dot().find("was") == std::string::npos);
}

TEST_CASE("downwards, to and from what is not finite, and nodes that are new") {
  graph g;
  const scalar x = input(1.0), y = log(x);
  const graph_snapshot before(g);
  graph later;
  const scalar z = input(0.0), w = log(z);
  CHECK(before.change(later, 0, 4) == "value was 1 (−1)");
  CHECK(before.change(later, 1, 4) == "value was 0");
  const graph_snapshot infinite(later);
  CHECK(infinite.change(later, 1, 4).empty());
  CHECK(infinite.change(g, 1, 4) == "value was −inf");
  [[maybe_unused]] const scalar more = w + y.value();
  CHECK(before.change(later, 3, 4).empty());
}

TEST_CASE("arrays, by the share of their norm") {
  graph g;
  const tensor x = input(array({3.0, 4.0}));
  backward(sum(x * x));
  const graph_snapshot before(g);
  graph later;
  const tensor z = input(array({3.0, 4.5}));
  backward(sum(z * z));
  CHECK(before.change(later, 0, 4) == "value changed by 10 %, grad changed by 10 %");
  graph zero;
  input(array({0.0, 0.0}));
  const graph_snapshot none(zero);
  CHECK(none.change(g, 0, 4) == "value changed by norm 5");
}

TEST_CASE("another program is no later state") {
  graph g;
  small_program(2.0, 3.0);
  const graph_snapshot before(g);
  graph other;
  const scalar a = input(2.0), b = input(3.0), c = a + b;
  CHECK_THROWS_WITH_AS(before.expect_same_program(other),
                       "snapshot: node 2 is add, and was mul; two states of one program can be compared", error);
  CHECK_THROWS_AS(picture(c, {.before = &before}), error);
  graph swapped;
  const scalar p = input(2.0), q = input(3.0);
  [[maybe_unused]] const scalar r = q * p;
  CHECK_THROWS_AS(before.expect_same_program(swapped), error);
  graph shapes, wider;
  {
    const graph inner;
    input(array({1.0, 2.0}));
    const graph_snapshot two(inner);
    const graph third;
    input(array({1.0, 2.0, 3.0}));
    CHECK_THROWS_AS(two.expect_same_program(third), error);
  }
}
