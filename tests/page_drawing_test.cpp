// The drawings of what is inside of boxes: which they are, what is in them, and that there is room for them.
#include <autodiff/autodiff.hpp>
#include <autodiff/see/page/inner_drawing.hpp>
#include <autodiff/see/picture.hpp>
#include <chrono>
#include <doctest/doctest.h>
#include <optional>

#include "page_support.hpp"

using namespace seegrad;

namespace {

auto svg_in(const std::string& html, const std::string& id) -> std::string {
  return between_words(html, "id=\"drawing_" + id + "\">", "</script>");
}
auto count(const std::string& text, std::string_view what) -> std::size_t {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

// A layer of two parts, of which one is long enough to be a box in it.
auto layer(const scalar& x, const std::string& name) -> scalar {
  const scope s(name);
  scalar h = x;
  {
    const scope inner("deep");
    for (int i = 0; i < 12; ++i) h = sin(h);
  }
  const scope inner("flat");
  for (int i = 0; i < 6; ++i) h = cos(h);
  return named(tanh(h) * x, "out");
}

}  // namespace

TEST_CASE("a function that is drawn as one opens, and its result is in both drawings") {
  graph g;
  const scalar x = input(0.7, "x");
  scalar y;
  {
    const scope s("energy", scope_kind::function);
    y = exp(-square(x)) * x;
  }
  const scalar J = named(2 * y, "J");
  backward(J);
  const auto html = picture(J).to_html();
  const auto r = record_in(html);
  const auto k = g.id(y.ref(), "test");
  const auto id = "n" + std::to_string(k);
  REQUIRE(r["boxes"].size() == 1);
  CHECK(r["boxes"][0]["id"] == id);
  CHECK(r["boxes"][0]["name"] == "energy");
  REQUIRE(r["drawings"].size() == 1);
  CHECK(r["drawings"][0]["id"] == id);
  CHECK(r["drawings"][0]["places"] == json::parse("[-1, -1, -1, -1]"));  // square, neg, exp, mul
  const auto inside = svg_in(html, id);
  CHECK(count(inside, "<title>" + id + "</title>") == 1);
  CHECK(count(inside, "class=\"node\"") == 4 + 2);  // and x, and J
  int in_box = 0;
  for (const auto& n : r["nodes"]) in_box += n[7] == 0;
  CHECK(in_box == 3);  // all but the result, which is drawn
}

TEST_CASE("boxes open, and the boxes in them; neighbours are what enters and what leaves") {
  std::optional<picture> copy;
  std::string html;
  {
    graph g;
    const scalar x = input(0.7, "x"), y = input(2.0, "y");
    const scalar J = named(layer(layer(x, "first") + y, "second") * y, "J");
    backward(J);
    copy.emplace(J, picture_options{.collapse_scopes = true});
    html = copy->to_html();
    CHECK(picture(J, {.collapse_scopes = true}).to_html() == html);
  }
  CHECK(copy->to_html() == html);  // when the graph is gone
  const auto r = record_in(html);
  REQUIRE(r["boxes"].size() == 2);
  REQUIRE(r["drawings"].size() == 4);
  const auto& first = r["drawings"][0];
  CHECK(first["id"] == r["boxes"][0]["id"]);
  REQUIRE(first["boxes"].size() == 1);
  CHECK(first["boxes"][0]["name"] == "deep");
  // 12 sines in the box, and six cosines, tanh and the product by themselves.
  CHECK(first["places"].size() == 20);
  CHECK(std::count(first["places"].begin(), first["places"].end(), 0) == 12);
  CHECK(std::count(first["places"].begin(), first["places"].end(), -1) == 8);
  // x enters; what is added to it leaves. Each is there by its number in the graph.
  CHECK(first["neighbours"] == json::parse("[0, 22]"));
  CHECK(first["moreNeighbours"] == 0);
  const auto svg = svg_in(html, first["id"]);
  CHECK(svg.find("<title>e0</title>") != std::string::npos);
  CHECK(svg.find("<title>e22</title>") != std::string::npos);
  CHECK(count(svg, "class=\"node\"") == 1 + 8 + 2);
  CHECK(svg.find("<title>" + first["boxes"][0]["id"].get<std::string>() + "</title>") != std::string::npos);
  const auto deep = svg_in(html, first["boxes"][0]["id"]);
  CHECK(count(deep, "class=\"node\"") == 12 + 2);
}

TEST_CASE("of scopes that are alike, and one box, the first is drawn") {
  graph g;
  scalar h = input(0.5, "x");
  for (int i = 0; i < 5; ++i) {
    const scope s("neuron");
    h = tanh(2 * h + 1);
  }
  backward(h);
  const auto html = picture(h, {.collapse = {"neuron"}}).to_html();
  const auto r = record_in(html);
  REQUIRE(r["drawings"].size() == 1);
  CHECK(r["drawings"][0]["id"] == r["boxes"][0]["id"]);
  CHECK(r["boxes"][0]["copies"] == 5);
  CHECK(r["nodes"][r["drawings"][0]["first"].get<std::size_t>()][6] == 1);
}

TEST_CASE("there is room for so many nodes; outer boxes come first, and the page is written in seconds") {
  graph g;
  scalar h = input(0.5, "x"), sum = 0;
  for (int i = 0; i < 60; ++i) {
    const scope s("part" + std::to_string(i));
    for (int j = 0; j < 14 + i % 3; ++j) h = sin(h) + j;
    sum = sum + h;
  }
  backward(sum);
  const auto start = std::chrono::steady_clock::now();
  const auto html = picture(sum, {.collapse_scopes = true}).to_html();
  CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 20);
  const auto r = record_in(html);
  std::size_t nodes = 0;
  for (const auto& d : r["drawings"]) nodes += count(svg_in(html, d["id"]), "class=\"node\"");
  CHECK(r["drawings"].size() < r["boxes"].size());
  CHECK(nodes <= seegrad::detail::see::most_laid_out);
  CHECK(nodes > seegrad::detail::see::most_laid_out / 2);
  CHECK(r["drawings"][0]["id"] == r["boxes"][0]["id"]);
}

TEST_CASE("many neighbours are counted, and not all drawn") {
  graph g;
  std::vector<scalar> x;
  for (int i = 0; i < 40; ++i) x.push_back(input(i, "x" + std::to_string(i)));
  scalar sum = 0;
  {
    const scope s("all");
    for (const auto& v : x) sum = sum + sin(v);
  }
  backward(sum);
  const auto r = record_in(picture(sum, {.collapse_scopes = true}).to_html());
  REQUIRE(r["drawings"].size() == 1);
  CHECK(r["drawings"][0]["neighbours"].size() == 16);
  CHECK(r["drawings"][0]["moreNeighbours"] == 24);
}

TEST_CASE("of a record that is too large nothing is drawn inside") {
  graph g;
  scalar h = input(0.5, "x");
  for (int i = 0; i < 3; ++i) {
    const scope s("long");
    for (int j = 0; j < 4000; ++j) h = h * 1.0001;
  }
  backward(h);
  CHECK(record_in(picture(h, {.collapse_scopes = true}).to_html())["drawings"].empty());
}
