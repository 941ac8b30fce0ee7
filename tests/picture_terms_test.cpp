// Sums and products of many terms drawn as one, and numbers written into the operations that use them.

#include "picture_support.hpp"

#include <autodiff/see/picture.hpp>
#include <doctest/doctest.h>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

namespace {

auto node_count(const std::string& dot) -> std::size_t { return parsed(dot).nodes().size(); }

}  // namespace

TEST_CASE("a sum of products is one Σ with a line for every term") {
  graph g;
  std::vector<scalar> products;
  scalar y;
  for (int i = 0; i < 50; ++i) {
    const scalar w = input(0.5 * i, fmt::format("w{}", i)), x = input(2.0 - i, fmt::format("x{}", i));
    products.push_back(w * x);
    y = i == 0 ? products[0] : y + products.back();
  }
  backward(y);
  const auto dot = to_dot(y);
  CHECK(node_count(dot) == 100 + 50 + 1);
  CHECK(contains(node_line(dot, y), "Σ of 50 terms"));
  // Σ 0.5 i (2 - i) = Σ i - 0.5 Σ i² = 1225 - 0.5 · 40425
  CHECK(contains(node_line(dot, y), "value −18987.5,"));
  for (const auto& p : products) {
    CHECK(contains(edge_line(dot, p, y), "∂ 1<"));
    CHECK(contains(edge_line(dot, p, y), "← 1<"));
  }
  CHECK(node_count(to_dot(y, {.fold_terms = false})) == g.size());
  CHECK(g.size() == 100 + 50 + 49);  // the record stays as it is
  // All that y gets comes on one line, and nothing from the additions inside.
  const scalar half = y * 0.5;
  backward(half);
  const auto used = to_dot(half, {.sums = true});
  CHECK(contains(edge_line(used, y, half), "penwidth=2.2"));
  CHECK(contains(node_line(used, y), "Σ 0.5 = 0.5"));
}

TEST_CASE("the lines of a Π have the product of the other factors, also where that is 0") {
  graph g;
  const scalar a = input(2.0, "a"), b = input(0.0, "b"), c = input(5.0, "c"), d = input(-3.0, "d");
  const scalar y = named(a * b * c * d, "y"), twice = y * 2.0;
  backward(twice);
  const auto dot = to_dot(twice);
  CHECK(contains(node_line(dot, y), "= Π of 4 factors"));
  CHECK(contains(edge_line(dot, b, y), "∂ −30<"));  // a c d
  CHECK(contains(edge_line(dot, b, y), "← −60<"));
  for (const auto& other : {a, c, d}) {
    CHECK(contains(edge_line(dot, other, y), "∂ 0<"));
    CHECK(contains(edge_line(dot, other, y), "← 0<"));
  }
  const scalar x = input(3.0, "x"), cube = x * x * x;
  backward(cube);
  const auto drawn = to_dot(cube, {.sums = true});
  CHECK(count(drawn, fmt::format("n{} -> n{} ", id(x), id(cube))) == 3);
  CHECK(count(drawn, "∂ 9<") == 3);
  CHECK(contains(node_line(drawn, x), "Σ 9 + 9 + 9 = 27"));
}

TEST_CASE("what somebody asked for stays a node") {
  graph g;
  const scalar a = input(1.0, "a"), b = input(2.0, "b"), c = input(3.0, "c"), d = input(4.0, "d");
  const auto nodes = [](const scalar& y, const picture_options& o = {}) { return node_count(to_dot(y, o)); };
  CHECK(nodes(a + b + c) == 4);
  CHECK(nodes(a + b) == 3);
  CHECK(nodes(named(a + b, "s") + c) == 5);
  CHECK(nodes(named(a + b, "(a + b)") + c) == 4);  // a name that is the formula, as the command line gives
  const scalar s = a + b;
  CHECK(nodes(s + c + s) == 5);  // s has two uses
  const scalar t = a + b;
  CHECK(nodes(t + c, {.notes = {{id(t), {"PASS"}}}}) == 5);
  CHECK(nodes((a + b) * c) == 5);
  CHECK(nodes(a + b * c * d + b) == 4 + 2);
  CHECK(nodes(a - b + c + d) == 4 + 2);
  scalar inner;
  {
    const scope in("in");
    inner = a + b;
  }
  CHECK(nodes(inner + c) == 5);
  const scalar middle = a + b, last = middle + c;
  const scalar ys[] = {middle, last};
  backward(ys);
  CHECK(nodes(last) == 5);  // it has a seed of its own
}

TEST_CASE("one item for a cut, for boxes and for a birth") {
  graph g;
  scalar y = input(1.0, "x0");
  for (int i = 1; i < 100; ++i) y = y + exp(input(10.0 * i, fmt::format("x{}", i)));
  backward(y);
  const auto dot = to_dot(y);
  CHECK(node_count(dot) == 100 + 99 + 1);
  CHECK(!contains(dot, "hidden"));
  CHECK(contains(node_line(dot, y), "value"));
  CHECK(contains(to_dot(y, {.max_nodes = 200}), "Σ of 100 terms"));
  const auto some = to_dot(y, {.max_nodes = 50});
  CHECK(node_count(some) <= 50);
  CHECK(contains(some, "Σ of 100 terms"));
  check_shape(parsed(some));
  // A sum that passes the largest double within.
  const scalar big = input(1.7e308, "big"), other = input(1.7e308, "other"), z = big + other + y;
  CHECK(contains(node_line(to_dot(z), z), "inf born here"));
}

TEST_CASE("numbers are written into operations, unless they are asked for") {
  example e;
  CHECK(node_count(to_dot(e.J)) == 6);
  CHECK(contains(node_line(to_dot(e.J), e.J), "= 3 × v"));
  CHECK(node_count(to_dot(e.J, {.hide_constants = false})) == 7);
  const scalar y = e.a + e.b + 0.5 + e.c;
  CHECK(contains(node_line(to_dot(y), y), "Σ of 3 terms and 0.5"));
  CHECK(contains(node_line(to_dot(y, {.hide_constants = false}), y), "Σ of 4 terms"));
  CHECK(contains(to_dot(e.a + 1.5 + 2.25), "□ + 2.25"));
  // One that its operation has no room for, and one with a remark.
  const scalar crowded = fma(e.a, scalar(0.12345678901), scalar(1.234567890123));
  CHECK(node_count(to_dot(crowded, {.digits = 17})) == 4);
  CHECK(node_count(to_dot(crowded)) == 2);
  const scalar marked = e.a * 7.0;
  CHECK(node_count(to_dot(marked, {.notes = {{id(marked) - 1, {"why 7?"}}}})) == 3);
  // Long names do not push it out.
  const scalar name = input(1.0, std::string(50, 'n')), wide = name * 0.25;
  CHECK(contains(node_line(to_dot(wide), wide), "□ × 0.25"));
}

#endif
