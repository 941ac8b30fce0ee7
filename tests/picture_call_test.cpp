// Functions that are drawn as the one operation their caller sees, and gradients that somebody says.

#include "picture_support.hpp"

#include <autodiff/see/claim.hpp>
#include <autodiff/see/picture.hpp>
#include <cmath>
#include <doctest/doctest.h>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

namespace {

auto rbf(const scalar& x, const scalar& y) -> scalar {
  const scope s("rbf", scope_kind::function);
  return exp(-square(x - y));
}
auto has_node(const std::string& dot, node_id k) -> bool { return !line(dot, fmt::format("n{} [", k)).empty(); }

}  // namespace

TEST_CASE("a function is one box with the value and gradient of its result") {
  graph g;
  const scalar x = input(1.0, "x"), y = input(3.0, "y");
  const scalar k = rbf(x, y), J = named(2 * k, "J");
  backward(J);
  const auto dot = to_dot(J);
  CHECK(parsed(dot).nodes().size() == 4);
  CHECK(contains(node_line(dot, k), "rbf(x, y)"));
  CHECK(contains(node_line(dot, k), "4 operations"));
  CHECK(contains(node_line(dot, k), "0.01832"));       // exp(-4)
  CHECK(contains(node_line(dot, k), "gradient 2\""));  // dJ/dk
  CHECK(contains(edge_line(dot, x, k), "← 0.1465<"));  // 2 · 2 (y - x) exp(-4), all that x gets
  CHECK(contains(edge_line(dot, y, k), "← −0.1465<"));
  CHECK(!contains(edge_line(dot, x, k), "∂"));
  CHECK(contains(edge_line(dot, k, J), "∂ 2<"));
  CHECK(!contains(dot, "subgraph cluster_"));
  CHECK(g.size() == 2 + 4 + 2);  // the record stays as it is
  CHECK(contains(to_dot(J, {.legend = true}), "a function, drawn as one"));
}

TEST_CASE("an operand that a function uses twice has one line, with the sum of what it gets") {
  graph g;
  const scalar x = input(3.0, "x"), w = input(2.0, "w");
  scalar y;
  {
    const scope s("f", scope_kind::function);
    y = x * x * w;
  }
  backward(y);
  const auto dot = to_dot(y, {.fold_terms = false, .sums = true});
  CHECK(contains(edge_line(dot, x, y), "← 12<"));  // 2 x w
  CHECK(!contains(edge_line(dot, x, y), "×2"));
  CHECK(contains(node_line(dot, x), "Σ 12 = 12"));
  CHECK(contains(node_line(dot, w), "Σ 9 = 9"));
  CHECK(parsed(dot).edges().size() == 2);
}

TEST_CASE("of arrays a line carries the norm of the sum") {
  graph g;
  const tensor x = input(array({1.0, -2.0, 4.0}), "x");
  tensor centred;
  {
    const scope s("centre", scope_kind::function);
    centred = x - mean(x);
  }
  const tensor y = sum(centred * array({3.0, 5.0, 7.0}));
  backward(y);
  // What comes is [3, 5, 7] less its mean: [-2, 0, 2]. Apart it would be the norms of [3, 5, 7] and of the mean.
  CHECK(contains(edge_line(to_dot(y), x, centred), "norm 2.828<"));
  CHECK(contains(node_line(to_dot(y), centred), "centre(x)"));
  CHECK(contains(node_line(to_dot(y), centred), " · 3 operations<"));  // a mean is a sum and a product
}

TEST_CASE("what is asked for, noted or used outside opens a function") {
  graph g;
  const scalar x = input(1.0, "x"), y = input(3.0, "y");
  const scalar k = rbf(x, y), J = named(2 * k, "J");
  backward(J);
  const auto inside = id(k) - 1;
  CHECK(!has_node(to_dot(J), inside));
  for (const auto& o : {picture_options{.fold_functions = false}, picture_options{.open = {"rbf"}},
                        picture_options{.notes = {{inside, {"look", annotation::mood::plain}}}},
                        picture_options{.leading_to = {inside}}, picture_options{.claims = {{inside, 1.0}}}}) {
    CHECK(has_node(to_dot(J, o), inside));
    CHECK(contains(to_dot(J, o), "cluster_1"));
  }
  CHECK(!has_node(to_dot(J, {.open = {"other"}}), inside));
  CHECK(!has_node(to_dot(J, {.notes = {{id(k), {"the result", annotation::mood::plain}}}}), inside));

  scalar kept, result;
  {
    const scope s("two", scope_kind::function);
    kept = sin(x), result = exp(kept);
  }
  const scalar both = kept * result;
  backward(both);
  CHECK(has_node(to_dot(both), id(kept)));
  CHECK(contains(edge_line(to_dot(both), kept, result), "∂"));
}

TEST_CASE("inputs made in a function stand beside it, and a function in a function is part of it") {
  graph g;
  const scalar x = input(1.0, "x"), y = input(2.0, "y");
  scalar w, z;
  {
    const scope layer("layer");
    const scope s("outer", scope_kind::function);
    w = input(0.5, "w");
    z = log(1 + w * rbf(x, y));
  }
  backward(z);
  const auto dot = to_dot(z);
  CHECK(contains(node_line(dot, z), "outer(x, y, w)"));
  CHECK(has_node(dot, id(w)));
  CHECK(!contains(dot, "rbf"));
  CHECK(parsed(dot).nodes().size() == 4);
  auto* frame = agsubg(parsed(dot).root(), const_cast<char*>("cluster_1"), 0);
  REQUIRE(frame != nullptr);
  CHECK(contains(to_dot(z, {.open = {"layer/outer"}}), "rbf(x, y)"));
  CHECK(contains(to_dot(z, {.collapse = {"layer"}}), "s1 ["));
}

TEST_CASE("many alike functions become one box, and few do not") {
  const auto chain = [](int n) {
    scalar x = input(0.1, "x");
    for (int i = 0; i < n; ++i) {
      const scope s("step", scope_kind::function);
      x = sin(x) * 0.5;
    }
    return x;
  };
  graph g;
  const auto few = chain(10);
  backward(few);
  CHECK(parsed(to_dot(few)).nodes().size() == 11);
  graph h;
  const auto many = chain(200);
  backward(many);
  CHECK(contains(to_dot(many), "<b>step&#160;</b>×200"));
}

TEST_CASE("a NaN born in a function marks it") {
  graph g;
  const scalar x = input(-1.0, "x");
  scalar y;
  {
    const scope s("entropy", scope_kind::function);
    y = -(x * log(x));
  }
  backward(y);
  CHECK(contains(node_line(to_dot(y), y), "NaN born here"));
}

TEST_CASE("what somebody says is right or wrong") {
  example e;
  backward(e.J);
  const auto dot = to_dot(e.J, {.claims = {{id(e.a), 3.0}, {id(e.c), 9.0}}});
  CHECK(contains(node_line(dot, e.a), "✓ you say 3<"));
  CHECK(contains(node_line(dot, e.c), "✗ you say 9<"));
  CHECK(!contains(node_line(dot, e.b), "you say"));
  CHECK(contains(to_dot(e.J, {.notes = {{id(e.c), {"PASS", annotation::mood::good}}}, .claims = {{id(e.c), 9.0}}}),
                 "✗ PASS; you say 9<"));
  graph other;
  const scalar x = input(1.0, "x"), unused = input(2.0, "unused"), y = 2 * x;
  const picture_options said = {.claims = {{id(x), 2.0}, {id(unused), 0.0}}};
  CHECK(contains(node_line(picture(other, said).to_dot(), x), "you say 2<"));
  CHECK(!contains(node_line(picture(other, said).to_dot(), x), "✓"));  // nothing is known yet
  backward(y);
  CHECK(contains(node_line(picture(other, said).to_dot(), unused), "✓ you say 0<"));
  CHECK(message_of([&] {
          to_dot(y, {.claims = {{99, 1.0}}});
        }) == fmt::format("picture: a claim is about node 99, but the graph has only {} nodes", other.size()));
}

TEST_CASE("a claim agrees to the decimals it has") {
  CHECK(seegrad::detail::see::agrees(0.13, 0.125));
  CHECK(seegrad::detail::see::agrees(0.33, 1.0 / 3));
  CHECK(!seegrad::detail::see::agrees(0.34, 1.0 / 3));
  CHECK(!seegrad::detail::see::agrees(12, 12.3));
  CHECK(seegrad::detail::see::agrees(1e300, 1e300 * (1 + 1e-10)));
  CHECK(!seegrad::detail::see::agrees(0, 1e-3));
  const double nan = std::nan(""), inf = INFINITY;
  CHECK(seegrad::detail::see::agrees(nan, nan));
  CHECK(!seegrad::detail::see::agrees(nan, 1));
  CHECK(seegrad::detail::see::agrees(inf, inf));
  CHECK(!seegrad::detail::see::agrees(inf, -inf));
}
#endif
