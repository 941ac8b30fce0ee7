// Other states in a page: their numbers are read back, and summed up again.
#include <autodiff/autodiff.hpp>
#include <autodiff/see/page/state_json.hpp>
#include <autodiff/see/picture.hpp>
#include <doctest/doctest.h>

#include "page_support.hpp"

using namespace seegrad;

namespace {

auto record(double w, double b) -> scalar {
  const scalar x = input(w, "w"), y = input(b, "b");
  const scalar J = named(square(tanh(x * 2 + y) - 0.5) + x, "J");
  backward(J);
  return J;
}

// The record as it was in a state.
auto in_state(json record, std::size_t s) -> json {
  for (const auto& v : record["states"][s]["values"]) record["nodes"][v[0].get<std::size_t>()][4] = v[1];
  for (const auto& g : record["states"][s]["gradients"]) record["nodes"][g[0].get<std::size_t>()][5] = g[1];
  return record;
}

}  // namespace

TEST_CASE("in each state values are those of the operations, and gradients the sums of what is carried back") {
  std::vector<labelled_snapshot> states;
  std::string html;
  {
    graph g;
    const auto start = g.mark();
    for (int epoch = 0; epoch < 4; ++epoch) {
      g.rewind(start);
      const auto J = record(0.3 * epoch, 1 - epoch);
      states.push_back({epoch == 1 ? "epoch <1>" : "epoch", graph_snapshot(g)});
      if (epoch == 3) html = picture(J, {.states = states}).to_html();
    }
  }
  const auto r = record_in(html);
  REQUIRE(r["states"].size() == 4);
  CHECK(r["allStates"] == 4);
  CHECK(r["states"][1]["label"] == "epoch <1>");
  CHECK(html.find("<1>") == std::string::npos);
  CHECK(r["states"][3]["values"].empty());  // that of the record
  CHECK(r["states"][3]["gradients"].empty());
  for (std::size_t s = 0; s < 3; ++s) {
    const auto then = in_state(r, s);
    CHECK(then["nodes"][0][4] == doctest::Approx(0.3 * static_cast<double>(s)));
    CHECK(then["nodes"] != r["nodes"]);
    check_sums(then);
  }
}

TEST_CASE("arrays in a state: statistics and spread of all, elements of small ones") {
  graph g;
  const auto start = g.mark();
  std::vector<labelled_snapshot> states;
  for (const double size : {1.0, 2.0}) {
    g.rewind(start);
    const tensor w = input(array({{1.0, -2.0}, {0.0, 4.0}}) * size, "w"), large = input(full({40, 30}, size), "large");
    backward(sum(square(w)) + sum(large));
    states.push_back({"", graph_snapshot(g)});
  }
  const auto r = record_in(picture(g, {.states = states}).to_html());
  const auto then = in_state(r, 0);
  CHECK(then["nodes"][0][4]["of"] == json::parse("[1.0, -2.0, 0.0, 4.0]"));
  CHECK(then["nodes"][0][5]["of"] == json::parse("[2.0, -4.0, 0.0, 8.0]"));
  CHECK(r["nodes"][0][5]["of"] == json::parse("[4.0, -8.0, 0.0, 16.0]"));
  CHECK(then["nodes"][0][4]["zeros"] == 1);
  CHECK(!then["nodes"][0][4].contains("nan"));
  CHECK(then["nodes"][1][4]["mean"] == 1.0);
  CHECK(then["nodes"][1][4]["norm"].get<double>() == doctest::Approx(std::sqrt(1200)));
  CHECK(!then["nodes"][1][4].contains("of"));
  CHECK(then["nodes"][1][4].contains("cells"));
  CHECK(r["nodes"][1][4]["mean"] == 2.0);
  int elements = 0;
  for (const int n : then["nodes"][0][4]["spread"]) elements += n;
  CHECK(elements == 4);
}

TEST_CASE("a state of before the sweep, and one of before the last nodes") {
  graph g;
  const scalar x = input(2.0, "x"), y = x * x;
  const labelled_snapshot unswept{"unswept", graph_snapshot(g)};
  backward(y);
  const auto r = record_in(picture(y, {.states = {unswept}}).to_html());
  CHECK(r["states"][0]["values"].empty());
  REQUIRE(r["states"][0]["gradients"].size() == 2);
  CHECK(r["states"][0]["gradients"][0][1].is_null());
  const scalar z = y + 1;
  const auto picture_of_z = [&] { picture(z, {.states = {unswept}}); };
  CHECK_THROWS_WITH(picture_of_z(), "picture: the state 'unswept' is of another program: it has 2 nodes, and 4 are shown");
  CHECK_NOTHROW(picture(y, {.states = {unswept}}));
}

TEST_CASE("a state of another program throws, and says where they differ") {
  graph other;
  const scalar a = input(2.0, "a");
  [[maybe_unused]] const scalar b = sin(a);
  const labelled_snapshot state{"epoch 7", graph_snapshot(other)};
  graph g;
  const scalar x = input(2.0, "x"), y = cos(x);
  const auto make = [&] { picture(y, {.states = {state}}); };
  CHECK_THROWS_WITH(make(),
                    "picture: the state 'epoch 7' is of another program: snapshot: node 1 is cos, and was sin; two states of one "
                    "program can be compared");
}

TEST_CASE("of very many states some are in the page, the first and the last among them") {
  graph g;
  scalar h = input(0.5, "x");
  for (int i = 0; i < 2000; ++i) h = sin(h);
  backward(h);
  std::vector<labelled_snapshot> states;
  for (int i = 0; i < 101; ++i) states.push_back({std::to_string(i), graph_snapshot(g)});
  const auto r = record_in(picture(h, {.states = states}).to_html());
  CHECK(r["states"].size() == seegrad::detail::see::most_in_states / r["nodes"].size());
  CHECK(r["allStates"] == 101);
  CHECK(r["states"].front()["label"] == "0");
  CHECK(r["states"].back()["label"] == "100");
}
