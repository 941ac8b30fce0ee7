#include <doctest/doctest.h>

#include <autodiff/array/create.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/memory.hpp>
#include <autodiff/see/picture.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

#include "golden.hpp"
#include "picture_support.hpp"
#include "seconds.hpp"

using namespace seegrad;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), no_number = std::numeric_limits<double>::quiet_NaN();

/// The text of a label without its tags, each piece after a |.
auto words(const std::string& html) -> std::string {
  std::string out;
  bool tag = false;
  for (char c : html.substr(0, html.find(">>,"))) {
    if (c == '<' && !out.empty() && out.back() != '|') out += '|';
    if (c == '<') tag = true;
    else if (c == '>') tag = false;
    else if (!tag) out += c;
  }
  return out;
}
auto node_words(const std::string& dot, const tensor& x) -> std::string {
  // A bracket at the end of a label is written as the number of its character, or Graphviz would lose it.
  auto text = words(line(dot, fmt::format("n{} ", graph::active().id(x.ref(), "test"))));
  for (std::size_t at; (at = text.find("&#93;")) != std::string::npos;) text.replace(at, 5, "]");
  return text;
}
/// Whole numbers from 1, in float64.
auto counted(index_t rows, index_t columns) -> array {
  return arange(1, static_cast<double>(rows * columns) + 1, 1).view({rows, columns}, {columns, 1});
}

}  // namespace

TEST_CASE("Facts of an array") {
  using namespace seegrad::detail::see;
  const auto f = facts_of(array{{-2.0, 0.0, 1.0, inf}, {no_number, 0.0, 4.0, -inf}});
  CHECK(f.size == 8);
  CHECK(f.zeros == 2);
  CHECK(f.nans == 1);
  CHECK(f.infinities == 2);
  CHECK(f.min == -2);
  CHECK(f.max == 4);
  CHECK(f.mean == doctest::Approx(3.0 / 5));
  CHECK(f.norm == doctest::Approx(std::sqrt(21.0)));
  CHECK(std::isnan(norm_of(array{1.0, no_number, inf})));
  CHECK(norm_of(array{1.0, -inf}) == inf);
  CHECK(norm_of(array{3e200, 4e200}) == doctest::Approx(5e200));
  CHECK(norm_of(array{3e-200, 4e-200}) == doctest::Approx(5e-200));
  CHECK(facts_of(array{1e308, 1e308, 1e308}).mean == doctest::Approx(1e308));
  CHECK(facts_of(array{5.0, 7.0}).min == 5);  // not the 0 it begins with
  CHECK(facts_of(array{-5.0, -7.0}).max == -5);
  // 0.1 + 0.2 - 0.3 is not 0 in binary fractions.
  CHECK(facts_of(array{0.1, 0.2, -0.3}).mean != 0);
  CHECK(facts_of(array{0.1, 0.2, -0.3}).mean_is_rounding);
  CHECK(!facts_of(array{1.0, -1.0}).mean_is_rounding);  // exactly 0
  CHECK(!facts_of(array{1.0, 1e-13 - 1.0}).mean_is_rounding);
  CHECK(!facts_of(array{1e-300}).mean_is_rounding);
  CHECK(facts_of(array({0.1, 0.2, -0.3}, float32)).mean_is_rounding);
  // Views are read as they show.
  const auto x = counted(2, 3);
  CHECK(facts_of(x.slice(1, 2, 3, 1)).min == 3);
  CHECK(norm_of(array{2.0}.expand({9})) == doctest::Approx(6));
  CHECK(norm_of(array()) == 0);
}

TEST_CASE("Histograms leave zeros and what is not finite out, and have an edge at 0") {
  using namespace seegrad::detail::see;
  const array x{-1.0, -0.01, 0.0, 0.0, 0.01, 0.02, 5.0, inf, no_number};
  const auto h = histogram_of(x, facts_of(x));
  REQUIRE(h.bars <= histogram::most_bars);
  CHECK(std::accumulate(h.count.begin(), h.count.begin() + h.bars, index_t{0}) == 5);
  CHECK(std::accumulate(h.count.begin(), h.count.begin() + h.negative, index_t{0}) == 2);
  CHECK(h.count[static_cast<std::size_t>(h.bars - 1)] == 1);
  const array low{-3.0, -2.0, -1.0};
  CHECK(histogram_of(low, facts_of(low)).negative == histogram_of(low, facts_of(low)).bars);
  const auto even = arange(0, 24, 1) + 100.0;
  for (const auto n : histogram_of(even, facts_of(even)).count) CHECK(n == 2);
  const array wide{-1.5e308, 1.5e308};
  const auto w = histogram_of(wide, facts_of(wide));
  CHECK(w.count[0] + w.count[static_cast<std::size_t>(w.bars - 1)] == 2);
  CHECK(histogram_of(zeros({20}), facts_of(zeros({20}))).bars == 0);
}

TEST_CASE("Heat maps are means of blocks") {
  using namespace seegrad::detail::see;
  const auto h = heat_map_of(counted(16, 9));
  CHECK(h.rows == 8);
  CHECK(h.columns == 5);  // blocks of two, the last of one
  CHECK(h.mean[0] == doctest::Approx((1 + 2 + 10 + 11) / 4.0));
  CHECK(h.mean[4] == doctest::Approx((9 + 18) / 2.0));
  CHECK(h.mean[39] == doctest::Approx(9 * 15.5));
  CHECK(heat_map_of(counted(3, 8)).mean[23] == 24);
}

TEST_CASE("Small arrays are shown element by element, with operation, parameters, type and shape") {
  graph g;
  const tensor W = input(array{{1.0, -2.0}, {0.5, 4.0}}, "W"), s = sum(W * W, 1);
  const tensor J = sum(s);
  backward(J);
  const auto dot = picture(J).to_dot();
  CHECK(contains(node_words(dot, W), "W|input · float64 [2x2]|value|&#160; |1|−2|0.5|4|grad|&#160; |2|−4|1|8|"));
  CHECK(contains(node_words(dot, s), "axes (1) · float64 [2]|value|&#160; |5|16.25|grad|&#160; |1|1|"));
  CHECK(contains(line(dot, "n0 "), "shape=ellipse") == false);
  CHECK(to_dot(J) == dot);
  SUBCASE("types") {
    const tensor f = input(array({{1, 2}}, float32), "f");
    CHECK(contains(node_words(picture(f + 1.0).to_dot(), f), "input · float32 [1x2]"));
  }
  SUBCASE("a repeated shape is said once") {
    const tensor r = reshape(W, {4});
    CHECK(count(node_words(picture(r).to_dot(), r), "[4]") == 1);
  }
  SUBCASE("transposed views are shown row by row") {
    const tensor t = transpose(W);
    CHECK(contains(node_words(picture(t).to_dot(), t), "Wᵀ|(1, 0) · float64 [2x2]|value|&#160; |1|0.5|−2|4|"));
  }
}

TEST_CASE("Large arrays are shown by what matters of them") {
  graph g;
  auto values = zeros({6, 6});
  for (int i = 0; i < 6; ++i) values.set(i + 1.0, i, 0);
  const tensor x = input(values, "x"), y = sum(x * 3.0);
  backward(y);
  const auto text = node_words(picture(y).to_dot(), x);
  CHECK(contains(text, "input · float64 [6x6]|&#160; |value|&#160; |grad|"));
  CHECK(contains(text, "max|&#160; |&#160; 6|&#160; |3|"));
  CHECK(contains(text, "mean|&#160; |&#160; 0.5833|&#160; |3|"));
  CHECK(contains(text, "|min|&#160; |&#160; 0|&#160; |3|"));
  CHECK(contains(text, "norm|&#160; |&#160; 9.539|&#160; |18|"));
  CHECK(contains(text, "zeros|&#160; |&#160; 83 %|&#160; 0 %|"));
  CHECK(!contains(text, "not finite"));
  values.set(no_number, 1, 1), values.set(no_number, 1, 2), values.set(-inf, 2, 2);
  const tensor z = input(values, "z");
  const auto dot = picture(z * 2.0).to_dot();
  CHECK(contains(node_words(dot, z), "not finite|&#160; |&#160; |2 NaN, 1 infinite|"));
  CHECK(contains(line(dot, fmt::format("n{} ", g.id(z.ref(), ""))), "fillcolor=\"#e7d4e8\""));
  const tensor none = input(zeros({0, 3}), "none");
  CHECK(contains(node_words(picture(none + 1.0).to_dot(), none), "no elements"));
}

TEST_CASE("Lines carry the norm of what they add to an operand, and its share") {
  graph g;
  const tensor x = input(zeros({4}), "x"), a = 3.0 * x, b = x * -1.0, y = sum(a) + sum(b);
  backward(y);
  const auto dot = picture(y).to_dot();
  CHECK(contains(edge_line(dot, x, a), "← norm 6"));
  CHECK(contains(edge_line(dot, x, a), "75 %"));
  CHECK(contains(edge_line(dot, x, a), "penwidth=1.9"));
  CHECK(contains(edge_line(dot, x, b), "← norm 2"));
  CHECK(contains(edge_line(dot, x, b), "25 %"));
}

TEST_CASE("Gradients that are not there") {
  graph g;
  const tensor x = input(array{1.0, 2.0}, "x"), h = exp(x), y = sum(h), unused = h * 2.0;
  const auto before = picture(g).to_dot();
  CHECK(contains(node_words(before, x), "grad|&#160; |?|"));
  CHECK(contains(before, "call backward() first"));
  backward(y);
  const auto after = picture(g).to_dot();
  CHECK(contains(node_words(after, unused), "grad|&#160; |∅|"));
  CHECK(contains(edge_line(after, h, unused), "← ∅"));
  CHECK(contains(edge_line(after, h, y), "← norm 1.414"));
  CHECK(!contains(edge_line(after, h, y), "%"));  // the other carries nothing
  backward(y, adjoints::inputs);
  const auto inputs = picture(y, {.legend = true}).to_dot();
  CHECK(contains(node_words(inputs, h), "grad|&#160; |not kept|"));
  CHECK(contains(node_words(inputs, x), "grad|&#160; |2.718|7.389|"));
  CHECK(contains(edge_line(inputs, x, h), "← not kept"));
  CHECK(contains(inputs, "backward(y, adjoints::all)"));
}

TEST_CASE("Scalars and arrays in one picture") {
  graph g;
  const scalar k = input(2.0, "k");
  const tensor x = input(array{1.0, 5.0}, "x"), y = sum(k * x) + k;
  backward(y);
  const auto dot = picture(y, {.sums = true}).to_dot();
  CHECK(contains(line(dot, "n0 -> n2 "), "← 6"));  // a number, with its sign
  CHECK(!contains(line(dot, "n0 -> n2 "), "norm"));
  CHECK(contains(words(line(dot, "n0 ")), "Σ 6 + 1 = 7"));
  CHECK(contains(line(dot, "n0 "), "shape=ellipse"));
}

TEST_CASE("More operands than operations on numbers have, and data") {
  graph g;
  const tensor a = input(array{1.0}, "a");
  const array data = arange(0, 100, 1);
  const tensor c = concat<tensor>({a, a * 2.0, a * 3.0, a * 4.0, tensor(data)}, 0), y = sum(c);
  backward(y);
  const auto dot = picture(y).to_dot();
  CHECK(contains(dot, ">4th<") + contains(dot, "<4th<") == 1);
  CHECK(contains(dot, "float64 [100]"));
  CHECK(contains(dot, "0 … <") + contains(dot, "0 … 99") == 1);
  const auto constants = picture(y, {.hide_constants = true}).to_dot();
  CHECK(!contains(constants, "float64 [100]"));
}

TEST_CASE("Boxes of a kind are one only where operations, parameters, types and shapes are the same") {
  const auto draw = [](dims second, index_t axis) {
    graph g;
    std::vector<tensor> h;
    for (int i = 0; i < 2; ++i) {
      scope s("head");
      const tensor w = input(i == 0 ? zeros({3, 3}) : zeros(second), "w");
      h.push_back(softmax(w, i == 0 ? 0 : axis));
    }
    const tensor y = sum(h[0]) + sum(h[1]);
    backward(y);
    return picture(y, {.collapse_scopes = true}).to_dot();
  };
  // Boxes merge only where nothing was computed in between, so one of them is made of inputs.
  const auto inputs = [](dims second, dtype type) {
    graph g;
    tensor w[2];
    for (int i = 0; i < 2; ++i) {
      scope s("weights");
      w[i] = input(i == 0 ? zeros({3, 3}) : zeros(second, type), "w");
    }
    const tensor y = sum(w[0]) + sum(w[1]);
    backward(y);
    return picture(y, {.collapse_scopes = true}).to_dot();
  };
  CHECK(contains(inputs({3, 3}, float64), "×2"));
  CHECK(!contains(inputs({3, 4}, float64), "weights&#160;"));
  CHECK(!contains(inputs({3, 3}, float32), "weights&#160;"));
  CHECK(contains(draw({3, 3}, 0), "head&#160;</b>×2"));
  CHECK(!contains(draw({3, 3}, 1), "head&#160;</b>×2"));
  CHECK(!contains(draw({3, 1}, 0), "head&#160;</b>×2"));
  // The norm of all that goes into a box.
  graph g;
  const tensor x = input(zeros({4}), "x");
  tensor y;
  {
    scope s("box");
    y = 3.0 * x + 4.0 * x;
  }
  const tensor J = sum(y);
  backward(J);
  const auto dot = picture(J, {.collapse_scopes = true}).to_dot();
  CHECK(contains(line(dot, "n0 -> "), "×2<br/>"));
  CHECK(contains(line(dot, "n0 -> "), "← norm 10"));  // (3² + 4²) · 4
}

// Numbers of which nothing is rounded before the last digit shown, whatever the processor.
TEST_CASE("The picture of a small network is as kept") {
  graph g;
  auto pixels = arange(0, 48, 1).view({6, 8}, {8, 1}) * 0.125 - 2.0;
  const tensor W = input(array{{0.5, -1.0}, {1.5, 0.25}}, "W"), x = input(array({2.0, -4.0}, float32), "x"),
               P = input(pixels, "P");
  const scalar k = input(3.0, "k");
  tensor h;
  {
    scope s("layer");
    h = named(relu(matmul(W, x) + array{1.0, -1.0}), "h");
  }
  // One statement each: compilers differ in which operand of a sum they record first.
  const tensor squares = k * sum(square(h)), positive = sum(relu(P)), half = sum(reshape(x, {2, 1}) * 0.5);
  const tensor y = named(squares + positive + half, "loss"), aside = P * 2.0;
  backward(y);
  const auto dot = picture(g, {.sums = true, .title = "A network"}).to_dot();
  check_golden("tensors", dot);
}

TEST_CASE("Odd names, every direction, and text that repeats") {
  const auto draw = [] {
    graph g;
    tensor x = input(counted(8, 8) - 30.0, "<x> & \"y\"\\N\n|{}");
    for (int i = 0; i < 3; ++i) x = named(tanh(matmul(x, x) * 1e-4), "é" + std::to_string(i));
    const tensor y = mean(x);
    backward(y);
    return picture(y, {.direction = picture_direction::top_to_bottom});
  };
  CHECK(draw().to_dot() == draw().to_dot());
#ifdef SEEGRAD_PICTURES
  // A label that Graphviz cannot read is replaced by the node's name.
  const auto svg = draw().to_svg();
  CHECK(count(svg, ">spread") == 1 + 10);
  CHECK(count(svg, ">norm<") + count(svg, ">norm&#160;") >= 1);
  CHECK(!contains(svg, ">n0</text>"));
  CHECK(contains(svg, "&lt;x&gt; &amp; "));
#endif
}

TEST_CASE("A picture of a few hundred arrays takes less than a second") {
  graph g;
  tensor x = input(counted(16, 16) * 1e-3, "x");
  for (int i = 0; i < 299; ++i) x = tanh(x);
  const tensor y = sum(x);
  backward(y);
  std::string dot;
  CHECK(seconds([&] { dot = picture(y).to_dot(); }) < 1.0);
  CHECK(contains(dot, "nodes hidden"));
  // What is not finite is kept before others.
  graph g2;
  tensor z = input(counted(4, 5), "z");
  for (int i = 0; i < 50; ++i) z = z + 1.0;
  const tensor bad = log(z * 0.0), w = sum(bad);
  backward(w);
  CHECK(contains(picture(w, {.max_nodes = 10}).to_dot(), fmt::format("  n{} [", g2.id(bad.ref(), ""))));
}

TEST_CASE("Memory of a graph") {
  seegrad::detail::pool::reset_peak();
  graph g;
  const tensor x = input(zeros({1000}), "x"), y = exp(x), r = reshape(y, {10, 100}), s = sum(r);
  const auto before = memory(g);
  CHECK(before.values >= 2 * 8000);
  CHECK(before.values < 3 * 8000);  // r shares y's
  CHECK(before.adjoints == 0);
  backward(s);
  const auto after = memory(g);
  CHECK(after.values == before.values);
  CHECK(after.adjoints >= 8000);
  CHECK(after.peak >= after.live);
  CHECK(after.live >= static_cast<std::ptrdiff_t>(after.values));
  const memory_report report{1'200'000, 999, 34'000, 2'600'000'000, 9'960, 0};
  CHECK(report.text() ==
        "values 1.2 MB, adjoints 999 B, record 34 kB; arrays of this thread: 2.6 GB now, 10 kB at most, 0 B spare");
}
