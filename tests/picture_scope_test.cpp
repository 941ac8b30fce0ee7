// Scopes in a picture: clusters, or boxes that stand for what is in them.

#include "picture_support.hpp"

#include <autodiff/see/picture.hpp>
#include <autodiff/see/text.hpp>
#include <doctest/doctest.h>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

TEST_CASE("scopes are clusters, nested as they were opened") {
  graph g;
  const scalar x = input(1.0, "x");
  scalar y;
  {
    const scope outer("outer");
    scalar h = sin(x);
    {
      const scope inner("inner");
      h = cos(h);
    }
    y = exp(h);
  }
  y = y + 1;
  const parsed p(to_dot(y));
  auto* outer = agsubg(p.root(), const_cast<char*>("cluster_1"), 0);
  REQUIRE(outer != nullptr);
  auto* inner = agsubg(outer, const_cast<char*>("cluster_2"), 0);
  REQUIRE(inner != nullptr);
  CHECK(agnnodes(outer) == 3);
  CHECK(agnnodes(inner) == 1);
  CHECK(agnode(inner, const_cast<char*>("n2"), 0) != nullptr);
  CHECK(agnode(outer, const_cast<char*>("n0"), 0) == nullptr);
  CHECK(contains(agget(inner, const_cast<char*>("label")), "inner"));
}

TEST_CASE("scopes as boxes") {
  graph g;
  const auto loss = layers();
  backward(loss);
  {
    const auto dot = to_dot(loss, {.collapse_scopes = true});
    const parsed p(dot);
    CHECK(p.edges().count({"s1", "s5"}) == 1);  // layer1 -> layer2, three edges in one
    CHECK(contains(line(dot, "s1 -> s5"), "×3"));
    CHECK(contains(line(dot, "s1 ["), "15 operations"));  // 3 neurons: 2 products, 2 sums, square
    CHECK(contains(line(dot, "s1 ["), "9 inputs"));
    CHECK(contains(line(dot, "n0 -> s1"), "×3"));
    CHECK(contains(line(dot, "n0 -> s1"),
                   seegrad::detail::see::number_text(g.adjoint(0), 4)));  // all of the gradient of x0 comes from there
    check_shape(p);
  }
  {
    const auto dot = to_dot(loss, {.collapse = {"neuron"}});
    CHECK(contains(line(dot, "s2 ["), "<b>neuron&#160;</b>×3"));
    CHECK(line(dot, "s3 [").empty());
    CHECK(contains(dot, "cluster_1"));
  }
  CHECK(contains(to_dot(loss, {.collapse = {"layer2/neuron"}}), "s6 ["));
  CHECK(line(to_dot(loss, {.collapse = {"layer2/neuron"}}), "s2 [").empty());
  const auto noted = to_dot(loss, {.collapse_scopes = true, .notes = {{4, {"FAIL", annotation::mood::bad}}}});
  CHECK(contains(line(noted, "s1 ["), "✗ 1 bad"));
}

TEST_CASE("elements of a list that are alike are one box") {
  graph g;
  auto h = input(array{1.0, 2.0}, "x");
  const auto block = [&](const std::string& name, int times) {
    const scope s(name);
    for (int i = 0; i < times; ++i) h = tanh(h * 0.5);
  };
  for (int i = 8; i < 11; ++i) block("blocks." + std::to_string(i) + " block", 2);
  block("blocks.11 block", 1);
  block("blocks.12 block", 1), block("blocks.13.a block", 1);
  const auto dot = to_dot(sum(h), {.collapse_scopes = true,
                                   .scope_notes = {{1, {{"first", annotation::mood::plain}}},
                                                   {2, {{"second", annotation::mood::plain}, {"dead", annotation::mood::bad}}},
                                                   {4, {{"other", annotation::mood::bad}}}}});
  CHECK(contains(line(dot, "s1 ["), "<b>blocks.8–10 block&#160;</b>×3"));
  CHECK(contains(line(dot, "s1 ["), "first"));
  CHECK(contains(line(dot, "s1 ["), "dead"));
  CHECK(!contains(line(dot, "s1 ["), "second"));
  CHECK(!contains(line(dot, "s1 ["), "other"));
  CHECK(contains(line(dot, "s4 ["), "<b>blocks.11–12 block&#160;</b>×2"));
  CHECK(contains(line(dot, "s6 ["), "<b>blocks.13</b>"));
}

#endif
