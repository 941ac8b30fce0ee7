// Parts of a record, held against Boost's algorithms and against their definitions on random graphs.
#include "view_questions.hpp"

#include <autodiff/autodiff.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/view/slice.hpp>
#include <doctest/doctest.h>
#include <random>

using namespace seegrad;

namespace {

auto random_record(std::mt19937& draw, int operations) -> void {
  std::vector<scalar> v{input(0.3), input(0.7), input(-0.2)};
  for (int i = 0; i < operations; ++i) {
    // Near ones more often, so that some nodes are passed by all ways.
    const auto near = [&] { return v[v.size() - 1 - draw() % std::min<std::size_t>(v.size(), draw() % 3 == 0 ? v.size() : 2)]; };
    const scalar a = near(), b = near();
    v.push_back(draw() % 3 == 0 ? sin(a) : draw() % 2 ? a * b : a + b);
  }
}

/// Whether y can be reached from x without passing `avoided`.
auto reaches(const graph& g, node_id x, node_id y, node_id avoided) -> bool {
  std::vector<char> in(g.size(), 0);
  in[x] = x != avoided;
  for (node_id k = x + 1; k <= y; ++k)
    for (auto o : g.operands(k)) in[k] = static_cast<char>((in[k] || in[o]) && k != avoided);
  return in[y] != 0;
}

}  // namespace

TEST_CASE("between, neighbourhood and passages of random records") {
  std::mt19937 draw(3);
  for (int round = 0; round < 40; ++round) {
    graph g;
    random_record(draw, 25);
    const auto n = static_cast<node_id>(g.size());
    constexpr node_id nobody = ~node_id{0};
    const dataflow_view down(g);
    for (node_id x = 0; x < n; x += 3) {
      const auto nearest = dominators(down, x);
      for (node_id y = 0; y < n; y += 2) {
        CAPTURE(x);
        CAPTURE(y);
        std::vector<node_id> on_ways, passed;
        if (x <= y && (x == y || reaches(g, x, y, nobody)))
          for (node_id k = x; k <= y; ++k) {
            if ((k == x || reaches(g, x, k, nobody)) && (k == y || reaches(g, k, y, nobody))) on_ways.push_back(k);
            if (k == x || k == y || (reaches(g, x, k, nobody) && !reaches(g, x, y, k))) passed.push_back(k);
          }
        CHECK(between(g, x, y) == on_ways);
        CHECK(passages(g, x, y) == passed);
        if (passed.size() > 1) CHECK(nearest[y] == passed[passed.size() - 2]);  // Boost's dominator tree
      }
      // Distances by relaxing each edge, both ways, as often as there are nodes.
      std::vector<int> steps(n, 1000);
      steps[x] = 0;
      for (node_id again = 0; again < n; ++again)
        for (node_id k = 0; k < n; ++k)
          for (auto o : g.operands(k)) steps[k] = std::min(steps[k], steps[o] + 1), steps[o] = std::min(steps[o], steps[k] + 1);
      for (int most : {0, 1, 2, 5, 100}) {
        std::vector<node_id> near;
        for (node_id k = 0; k < n; ++k)
          if (steps[k] <= std::min(most, 999)) near.push_back(k);
        CHECK(neighbourhood(g, x, most) == near);
      }
    }
  }
}

TEST_CASE("a chain of a million nodes with a way around it") {
  graph g;
  const auto x = input(0.5);
  auto v = x;
  for (int i = 0; i < 1'000'000; ++i) v = v * 0.999;
  const auto y = v + x;
  const dataflow_view view(g);
  const auto x0 = vertex(x, view), y0 = vertex(y, view);
  CHECK(passages(g, x0, y0) == std::vector{x0, y0});
  CHECK(between(g, x0, y0).size() == 1'000'002);
  CHECK(neighbourhood(g, y0, 1).size() == 3);
}

TEST_CASE("errors, and a picture of a slice") {
  graph g;
  const scalar a = input(2.0, "a"), b = input(3.0, "b"), u = named(a * b, "u"), v = named(sin(u), "v"), w = named(v + b, "w");
  CHECK_THROWS_WITH_AS(between(g, 0, 9), "between: there is no node 9; the graph has 5", error);
  CHECK_THROWS_AS(neighbourhood(g, 5, 1), error);
  CHECK_THROWS_AS(passages(g, 5, 1), error);
  CHECK(between(g, 4, 0).empty());
  backward(w);
  const auto dot = picture(w, {.only = between(g, 0, 3)}).to_dot();
  CHECK(dot.find("n0 ") != std::string::npos);
  CHECK(dot.find("n3 ") != std::string::npos);
  CHECK(dot.find("  n1 ") == std::string::npos);
  CHECK(dot.find("  n4 ") == std::string::npos);
  CHECK_THROWS_WITH_AS(picture(w, {.only = {7}}), "picture: only has node 7, but the graph has only 5 nodes", error);
}
