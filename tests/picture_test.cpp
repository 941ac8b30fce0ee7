// The text of pictures, line by line.

#include "golden.hpp"
#include "picture_support.hpp"

#include <autodiff/see/picture.hpp>
#include <autodiff/see/text.hpp>
#include <doctest/doctest.h>

namespace {

auto neuron(graph&) -> scalar {
  const scalar w0 = input(2.0, "w0"), x0 = input(-1.0, "x0"), w1 = input(-3.0, "w1"), x1 = input(-2.0, "x1"),
               w2 = input(-3.0, "w2");
  const scalar p = w0 * x0, q = w1 * x1, s = p + q, z = s + w2, e = exp(-z), d = 1 + e;
  return named(1 / d, "f");
}

}  // namespace

TEST_CASE("the DOT text of small graphs, byte by byte") {
  {
    example e;
    check_golden("not_computed", to_dot(e.J));
    backward(e.J);
    check_golden("example", to_dot(e.J));
    check_golden("example_down",
                 to_dot(e.J, {.direction = picture_direction::top_to_bottom, .hide_constants = true, .title = "J = 3(a + bc)"}));
  }
  graph g;
  const auto f = neuron(g);
  backward(f);
  check_golden("neuron", to_dot(f, {.sums = true}));
  const auto loss = layers();
  backward(loss);
  check_golden("layers", to_dot(loss));
  check_golden("layers_collapsed", to_dot(loss, {.collapse = {"neuron"}, .legend = false}));
}

TEST_CASE("J = 3(a + bc): local derivatives and what is carried back") {
  example e;
  backward(e.J);
  const auto dot = to_dot(e.J, {.hide_constants = false});
  // u = b * c: du/db = c = 2, du/dc = b = 4; the gradient of u is 3.
  CHECK(contains(line(dot, "n1 -> n3"), "∂ 2<"));
  CHECK(contains(line(dot, "n1 -> n3"), "← 6<"));
  CHECK(contains(line(dot, "n2 -> n3"), "∂ 4<"));
  CHECK(contains(line(dot, "n2 -> n3"), "← 12<"));
  CHECK(contains(line(dot, "n0 -> n4"), "← 3<"));
  CHECK(contains(line(dot, "n4 -> n6"), "∂ 3<"));
  CHECK(line(dot, "n5 -> n6") == "  n5 -> n6 [arrowsize=0.5]");  // a constant gets no gradient
  CHECK(contains(line(dot, "n3 ["), "<b>u&#160;</b>"));
  CHECK(contains(line(dot, "n3 ["), "= b × c"));
  CHECK(contains(line(dot, "n2 ["), "gradient 12"));
  CHECK(contains(line(dot, "n2 ["), "shape=ellipse"));
  CHECK(contains(line(dot, "n5 ["), "shape=plaintext"));
  CHECK(contains(line(dot, "n6 ["), "peripheries=2"));
  CHECK(!contains(line(dot, "n4 ["), "peripheries"));
}

TEST_CASE("operands whose order matters are told apart") {
  graph g;
  const scalar a = input(3.0), b = input(2.0), y = a / b;
  const auto dot = to_dot(y);
  CHECK(contains(line(dot, "n0 -> n2"), "∂₁ 0.5"));
  CHECK(contains(line(dot, "n1 -> n2"), "∂₂ −0.75"));
}

TEST_CASE("three signs for a gradient") {
  graph g;
  const scalar x = input(2.0, "x"), z = input(0.0, "z"), idle = input(3.0, "idle");
  const scalar q = x * x, y = q * z, side = idle * x;
  backward(y);
  const scalar later = sqrt(y);
  const auto dot = picture(g, {.fold_terms = false}).to_dot();
  CHECK(contains(line(dot, "n3 ["), "gradient 0\""));  // y = q z: dy/dq = z = 0, a number
  CHECK(contains(line(dot, "n2 ["), "∅"));
  CHECK(contains(line(dot, "n2 ["), "dashed"));
  CHECK(contains(line(dot, "n0 -> n5"), "← ∅"));
  CHECK(contains(line(dot, "n6 ["), ">?<"));
  CHECK(!contains(line(dot, "n4 -> n6"), "←"));
  CHECK(contains(dot, "not computed"));
  CHECK(contains(dot, "no path to the output"));
  static_cast<void>(side), static_cast<void>(later);
}

TEST_CASE("what is carried to a node adds up to its gradient") {
  graph g;
  const scalar x = input(3.0, "x"), square = x * x, line_part = 5 * x, y = square + line_part - tanh(x);
  backward(y);
  const double last = -(1 - std::tanh(3.0) * std::tanh(3.0));
  const auto expected = fmt::format("Σ 3 + 3 + 5 − {:.4g} = {:.4g}", -last, 11 + last);
  CAPTURE(to_dot(y, {.sums = true}));
  CHECK(contains(line(to_dot(y, {.sums = true}), "n0 ["), expected));
  scalar many = x * 1;
  for (int i = 2; i <= 100; ++i) many = many + x * i;
  backward(many);
  CHECK(contains(line(to_dot(many, {.sums = true}), "n0 ["), "1 + 2 + 3 + 4 + 5 + … 95 more = 5050"));
}

TEST_CASE("a gradient that its users do not explain is shown as such") {
  graph g;
  const scalar x = input(1.0), y = x * 2;
  const scalar ys[] = {x, y};
  const double weights[] = {10.0, 1.0};
  backward(ys, weights);
  CHECK(contains(line(picture(g, {.sums = true}).to_dot(), "n0 ["), "2 + seed 10 = 12"));
}

TEST_CASE("constants hidden are named where they are used") {
  example e;
  const auto dot = to_dot(e.J * 2 - 1, {.hide_constants = true});
  CHECK(line(dot, "n5").empty());
  CHECK(contains(dot, "= 3 × v"));
  CHECK(contains(dot, "J × 2"));
  CHECK(contains(dot, "□ − 1"));
}

TEST_CASE("a title says a thing once, and without double brackets") {
  const auto title = [](const std::string& name, auto make) {
    graph g;
    const scalar w = input(2.0, "w"), x = input(3.0, "x"), s = named(w * x + 1, "(w*x + 1)"), p = named(w * x, "(w*x)");
    const scalar y = make(w, x, s, p);
    g.set_name(g.id(y.ref(), "test"), name);
    auto text = line(to_dot(y), fmt::format("n{} [", g.id(y.ref(), "test")));
    text = text.substr(text.find("cellpadding=\"1\""), text.find("value") - text.find("cellpadding=\"1\""));
    std::string out;
    for (std::size_t i = 0, tag = 1; i < text.size(); ++i)
      if (text[i] == '<' || text[i] == '>') tag = text[i] == '<';
      else if (tag == 0) out += text[i];
    for (std::size_t at; (at = out.find("&#160;")) != std::string::npos;) out.replace(at, 6, " ");
    return out;
  };
  CHECK(title("y", [](auto, auto, auto s, auto) { return sigmoid(s); }) == "y = σ(w*x + 1)");
  CHECK(title("y", [](auto, auto, auto s, auto) { return abs(s); }) == "y = |w*x + 1|");
  CHECK(title("y", [](auto w, auto, auto s, auto) { return max(s, w); }) == "y = max(w*x + 1, w)");
  CHECK(title("y", [](auto w, auto, auto s, auto) { return w * s; }) == "y = w × (w*x + 1)");
  CHECK(title("y", [](auto w, auto, auto, auto p) { return p - w; }) == "y = w*x − w");
  CHECK(title("y", [](auto w, auto, auto s, auto) { return w - s; }) == "y = w − (w*x + 1)");
  CHECK(title("max(w,x)", [](auto w, auto x, auto, auto) { return max(w, x); }) == "max(w, x)");
  CHECK(title("w*x", [](auto w, auto x, auto, auto) { return w * x; }) == "w × x");
  CHECK(title("(w * x)", [](auto w, auto x, auto, auto) { return w * x; }) == "w × x");
  CHECK(title("w-x", [](auto w, auto x, auto, auto) { return w - x; }) == "w − x");
  CHECK(title("(w+x)*(w-x)", [](auto w, auto x, auto, auto) { return (w + x) * (w - x); }) == "(w+x)*(w-x)");
  CHECK(title("((w+x))", [](auto, auto, auto s, auto) { return -s; }) == "w+x");
  CHECK(title("abs(w - x)", [](auto w, auto x, auto, auto) { return abs(w - x); }) == "abs(w - x)");
  CHECK(title("tanh 1", [](auto w, auto, auto, auto) { return tanh(tanh(w)); }) == "tanh 1 = tanh(□)");
  CHECK(title("w", [](auto w, auto x, auto, auto) { return w * x; }) == "w = w × x");
}

TEST_CASE("only what leads to given nodes") {
  example e;
  const auto dot = picture(e.g, {.leading_to = {3}}).to_dot();
  CHECK(!line(dot, "n1 [").empty());
  CHECK(line(dot, "n0 [").empty());
  CHECK(contains(line(dot, "n3 ["), "peripheries=2"));
  CHECK(contains(message_of([&] { picture(e.g, {.leading_to = {99}}); }), "node 99"));
}

TEST_CASE("numbers are written as printf rounds them") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const auto digits = static_cast<int>(1 + random() % 17);
    double x = std::uniform_real_distribution(-1.0, 1.0)(random) * std::pow(10, static_cast<int>(random() % 16) - 7);
    if (i % 3 == 0) x = std::round(x * 1000) / 1000;
    if (i % 5 == 0) x = static_cast<double>(random() % 1000) / 8;
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, x);
    auto ours = seegrad::detail::see::number_text(x, digits);
    if (const auto at = ours.find("−"); at == 0) ours.replace(0, 3, "-");
    if (const auto at = ours.find("−"); at != std::string::npos) ours.replace(at, 3, "-");
    CAPTURE(x);
    CAPTURE(digits);
    CAPTURE(ours);
    if (x == std::trunc(x)) REQUIRE(std::abs(std::strtod(ours.c_str(), nullptr) - x) <= std::abs(std::strtod(text, nullptr) - x));
    else REQUIRE(std::strtod(ours.c_str(), nullptr) == std::strtod(text, nullptr));
    REQUIRE(ours.size() <= std::strlen(text));
  }
  CHECK(seegrad::detail::see::number_text(-0.0, 4) == "0");
  CHECK(seegrad::detail::see::number_text(12345, 4) == "12345");
  CHECK(seegrad::detail::see::number_text(1234567, 4) == "1.235e6");
  CHECK(seegrad::detail::see::number_text(-1.25e-7, 4) == "−1.25e−7");
  CHECK(seegrad::detail::see::number_text(0.99996, 4) == "1");
  CHECK(seegrad::detail::see::number_text(9999.6, 4) == "1e4");
  CHECK(seegrad::detail::see::number_text(std::nan(""), 4) == "nan");
  CHECK(seegrad::detail::see::number_text(-INFINITY, 4) == "−inf");
  CHECK(seegrad::detail::see::number_text(1e300, 4) == "1e300");
  CHECK(seegrad::detail::see::count_text(9700) == "9,700");
  CHECK(seegrad::detail::see::count_text(1234567) == "1,234,567");
}

TEST_CASE("the same graph gives the same bytes, and a picture outlives its graph") {
  const auto draw = [] {
    graph g;
    const auto y = random_graph(2000, 5);
    backward(y);
    return picture(y);
  };
  const auto first = draw(), second = draw();
  CHECK(first.to_dot() == second.to_dot());
  graph g;
  std::string again;
  for (int i = 0; i < 2; ++i) {
    const rewind_scope back;
    const auto y = random_graph(2000, 5);
    backward(y);
    again = to_dot(y);
  }
  CHECK(again == first.to_dot());
}

TEST_CASE("verdicts are drawn on nodes") {
  example e;
  using mood = annotation::mood;
  const picture_options o{.notes = {{3, {"PASS", mood::good}}, {4, {"FAIL <1.01>", mood::bad}}, {6, {"NOISY", mood::doubtful}}}};
  const auto dot = to_dot(e.J, o);
  CHECK(contains(line(dot, "n3 ["), "✓ PASS"));
  CHECK(contains(line(dot, "n4 ["), "<b>✗ FAIL &lt;1.01&gt;</b>"));
  CHECK(contains(line(dot, "n4 ["), "penwidth=3"));
  CHECK(contains(line(dot, "n6 ["), "! NOISY"));
}
