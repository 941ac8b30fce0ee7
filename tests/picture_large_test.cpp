// Large pictures read back by Graphviz: nothing is lost, and what is too large is cut with care.

#include "picture_support.hpp"

#include <algorithm>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/text.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <set>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

TEST_CASE("every node once, and an edge for every operand") {
  graph g;
  random_graph(3000, 3);
  const parsed p(picture(g, {.hide_constants = false, .fold_terms = false, .max_nodes = picture_options::unlimited}).to_dot());
  std::multiset<std::string> nodes;
  std::multiset<parsed::edge> edges;
  for (node_id k = 0; k < g.size(); ++k) {
    nodes.insert(fmt::format("n{}", k));
    for (auto o : g.operands(k)) edges.insert({fmt::format("n{}", o), fmt::format("n{}", k)});
  }
  const auto drawn = p.nodes();
  CHECK(std::multiset<std::string>(drawn.begin(), drawn.end()) == nodes);
  CHECK(p.edges() == edges);
}

TEST_CASE("too many nodes: scopes become boxes") {
  graph g;
  const auto loss = layers();
  const auto dot = to_dot(loss, {.max_nodes = 20});
  CHECK(contains(line(dot, "s2 ["), "neuron&#160;</b>×3"));  // the largest family first, and that is enough
  CHECK(contains(dot, "cluster_5"));
  CHECK(contains(dot, "24 of 38 nodes are in 3 scopes drawn as boxes"));
  CHECK(parsed(dot).nodes().size() == 2 + 1 + 9 + 1);  // in the last neuron 4 inputs, 3 products, Σ, square
}

TEST_CASE("too many nodes: what is cut is said, and the rest is one connected picture") {
  const auto chain = [] {
    scalar y = input(1.0, "x");
    for (int i = 0; i < 5000; ++i) y = sin(y);
    return y;
  };
  const auto star = [] {
    const scalar x = input(1.0, "x");
    scalar y = x * 0;
    for (int i = 0; i < 5000; ++i) y = y + x * i;
    return y;
  };
  const auto dense = [](int layers, bool in_scopes) {
    std::vector<scalar> x(50);
    for (auto& e : x) e = input(0.5);
    for (int layer = 0; layer < layers; ++layer) {
      std::vector<scalar> h;
      for (int j = 0; j < 50; ++j) {
        if (in_scopes) graph::active().open_scope(fmt::format("n{}", j));
        scalar z = 0.0;
        for (const auto& e : x) z = z + e * input(0.01);
        h.push_back(tanh(z));
        if (in_scopes) graph::active().close_scope();
      }
      x = h;
    }
    scalar y = 0.0;
    for (const auto& e : x) y = y + e;
    return y;
  };
  const std::map<std::string, std::function<scalar()>> graphs = {{"random", [] { return random_graph(5000, 1); }},
                                                                 {"chain", chain},
                                                                 {"star", star},
                                                                 {"dense", [&] { return dense(1, false); }},
                                                                 {"dense in scopes", [&] { return dense(3, true); }}};
  for (const auto& entry : graphs)
    for (const std::size_t most : {1, 2, 5, 20, 60, 300}) {
      CAPTURE(entry.first);
      CAPTURE(most);
      graph g;
      const scalar y = entry.second();
      backward(y);
      const auto dot = to_dot(y, {.hide_constants = false, .fold_terms = false, .max_nodes = most});
      const parsed p(dot);
      const auto nodes = p.nodes();
      CHECK(nodes.size() <= std::max<std::size_t>(most, 2));
      CHECK(std::count(nodes.begin(), nodes.end(), fmt::format("n{}", g.id(y.ref(), "test"))) == 1);
      CHECK(p.edges().size() <= 4 * most + 24);
      std::vector<char> leads(g.size(), 0);
      leads[g.id(y.ref(), "test")] = 1;
      for (auto k = static_cast<node_id>(g.size()); k-- > 0;)
        for (auto o : g.operands(k)) leads[o] |= leads[k];
      const auto all = static_cast<std::size_t>(std::count(leads.begin(), leads.end(), 1));
      if (std::none_of(nodes.begin(), nodes.end(), [](const auto& n) { return n[0] == 's'; })) {
        const auto said = fmt::format("{} of {} nodes hidden", seegrad::detail::see::count_text(all - nodes.size() + 1),
                                      seegrad::detail::see::count_text(all));
        CHECK(contains(p.attribute("hidden", "label"), said));
      }
      if (most > 2) check_shape(p);
    }
}

TEST_CASE("what is remarkable is not cut") {
  graph g;
  const scalar x = input(2.0, "x");
  scalar y = x;
  for (int i = 0; i < 2000; ++i) {
    const scalar side = y * 1e-9;
    y = sin(y) + side;
  }
  backward(y);
  const auto last_side = static_cast<node_id>(g.size() - 6);  // the product two steps before the end
  const auto dot = to_dot(y, {.max_nodes = 12, .notes = {{last_side, {"FAIL", annotation::mood::bad}}}});
  CHECK(contains(dot, "✗ FAIL"));
  CHECK(!line(dot, "n0 [").empty());  // the named input
}

#endif
