// The page of a picture: what it holds is read back and summed up again. What it does in a browser is tested by scripts/page.
#include <autodiff/autodiff.hpp>
#include <autodiff/see/page/script_functions.hpp>
#include <autodiff/see/picture.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>

#include "page_support.hpp"

using namespace seegrad;

TEST_CASE("the page of J = 3(a + bc) holds the record, the drawing and the functions") {
  graph g;
  const scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  const scalar u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
  backward(J);
  const picture p(J, {.title = "J = 3(a + bc)", .claims = {{2, 9.0}}});
  const auto html = p.to_html();
  const auto record = record_in(html);
  CHECK(record["nodes"].size() == 7);
  CHECK(record["nodes"][2] == json::parse(R"([2, -1, "c", [], 2.0, 12.0, 0, -1])"));
  CHECK(record["outputs"] == json::parse("[6]"));
  CHECK(record["seeds"] == json::parse("[1.0]"));
  CHECK(record["claims"] == json::parse(R"([{"node": 2, "value": 9.0}])"));
  check_sums(record);
  CHECK(html.find("<svg") != std::string::npos);
  CHECK(html.find("<title>n2</title>") != std::string::npos);
  CHECK(html.find("mul: {value: (a, b) => a * b, slopes: [(a, b, y) => b, (a, b, y) => a]}") != std::string::npos);
  CHECK(html.find("<title>J = 3(a + bc)") != std::string::npos);
  for (const char* place : {"@TITLE@", "@SVG@", "@DATA@", "@FUNCTIONS@", "@STYLE@", "@SCRIPT@"})
    CHECK(html.find(place) == std::string::npos);
  CHECK(html.find("default-src 'none'") != std::string::npos);
  CHECK(html == picture(J, {.title = "J = 3(a + bc)", .claims = {{2, 9.0}}}).to_html());  // the same bytes

  const auto file = std::filesystem::temp_directory_path() / "seegrad_page_test.html";
  p.save(file);
  CHECK(std::filesystem::file_size(file) == html.size());
  std::filesystem::remove(file);
}

TEST_CASE("a picture for images alone is no page") {
  graph g;
  const scalar x = input(2.0, "x"), y = x * x;
  const picture p(y, {.page = false});
  CHECK(p.to_svg() == picture(y).to_svg());
  CHECK_THROWS_WITH(p.to_html(), "picture: it was made for images alone, with .page = false, and cannot be a page");
}

TEST_CASE("uses, decisions, what is not finite, and what is not computed") {
  graph g(with_guards);
  const scalar x = input(3.0, "x"), k = input(-1.0);
  scalar y = x * x + 5 * x;
  if (x > 2) y = y + max(x, k);
  const scalar z = y + log(k);
  input(1.0);                                                       // nobody uses it
  CHECK(record_in(picture(z).to_html())["nodes"][0][5].is_null());  // no sweep yet
  backward(y);
  const auto record = record_in(picture(g).to_html());
  REQUIRE(record["guards"].size() == 1);
  CHECK(record["guards"][0] == json::parse(R"({"question": ">", "a": 0, "b": 2.0, "bNode": null, "answer": 1.0, "place": ""})"));
  const auto& nodes = record["nodes"];
  CHECK(nodes[1][5] == 0.0);
  CHECK(nodes[nodes.size() - 2][4] == "NaN");
  CHECK(nodes.back()[5] == "zero");
  backward(z);
  CHECK(record_in(picture(z).to_html())["nodes"].size() > 5);
}

TEST_CASE("names that would end the element, or are places in the text") {
  graph g;
  for (const char* name : {"</script><b>", "@DATA@", "\\", "\"", "<!--", "]]>", "\xff", "π"}) {
    const scalar x = input(2.0, name), y = x * x;
    backward(y);
    const auto html = picture(y, {.title = name}).to_html();
    const auto record = record_in(html);
    const std::string said = record["nodes"][0][2];
    if (std::string_view(name) != "\xff") CHECK(said == name);
    CHECK(html.find("</script><b>") == std::string::npos);
  }
}

TEST_CASE("arrays: statistics, elements of small ones, and what lines carry") {
  graph g;
  const tensor w = input(array({{1.0, -2.0}, {0.0, 4.0}}), "w"), x = input(array({3.0, 5.0}), "x");
  const tensor y = named(sum(matmul(w, x)), "y");
  backward(y);
  const auto record = record_in(picture(y).to_html());
  const auto& value = record["nodes"][0][4];
  CHECK(value["shape"] == json::parse("[2, 2]"));
  CHECK(value["of"] == json::parse("[1.0, -2.0, 0.0, 4.0]"));
  CHECK(value["min"] == -2.0);
  CHECK(value["max"] == 4.0);
  CHECK(value["mean"] == 0.75);
  CHECK(value["norm"].get<double>() == doctest::Approx(std::sqrt(21)));
  CHECK(value["zeros"] == 1);
  CHECK(record["nodes"][0][5]["of"] == json::parse("[3.0, 5.0, 3.0, 5.0]"));
  CHECK(record["nodes"][1][5]["of"] == json::parse("[1.0, 2.0]"));
  const auto& product = record["nodes"][2];
  CHECK(product[9][0].get<double>() == doctest::Approx(std::sqrt(2 * 34.0)));  // norms of what it carries back
  CHECK(product[9][1].get<double>() == doctest::Approx(std::sqrt(5.0)));
  int total = 0;
  for (const int n : value["spread"]) total += n;
  CHECK(total == 4);
}

TEST_CASE("constants that the picture hides are there to compute with; scopes and boxes") {
  graph g;
  scalar h = input(0.5, "x");
  for (int i = 0; i < 3; ++i) {
    const scope s("neuron");
    h = tanh(2 * h + 1);
  }
  backward(h);
  const auto record = record_in(picture(h, {.collapse = {"neuron"}}).to_html());
  check_sums(record);
  REQUIRE(record["boxes"].size() == 1);
  CHECK(record["boxes"][0]["copies"] == 3);
  CHECK(record["scopes"].size() == 4);
  CHECK(record["nodes"].back()[7] == 0);
}

TEST_CASE("of a very large record what is in boxes stays out") {
  graph g;
  scalar h = input(0.5, "x");
  for (int i = 0; i < 3; ++i) {
    const scope s("long");
    for (int j = 0; j < 4000; ++j) h = h * 1.0001;
  }
  const scalar y = named(h + 1, "y");
  backward(y);
  const auto record = record_in(picture(y).to_html());
  CHECK(record["nodes"].size() < 100);
  CHECK(record["hidden"].get<int>() >= 12000);
}

TEST_CASE("every operation on numbers can be written in JavaScript") {
  for (const auto* op : operations())
    if (op->cpp) {
      CAPTURE(op->name);
      CHECK(seegrad::detail::see::has_script(*op));
    }
  CHECK(
      seegrad::detail::see::script_functions({find_operation("sigmoid")}) ==
      "{\nsigmoid: {value: (x) => { const t1 = m.exp(x >= 0.0 ? -x : x); return (x >= 0.0 ? 1.0 : t1) / (1.0 + t1); }, slopes: [(x, y) => { const t1 = 1.0 - y; "
      "return t1 < 0.05 ? y * (m.exp(-x) * y) : y * t1; }]},\n}");
}
