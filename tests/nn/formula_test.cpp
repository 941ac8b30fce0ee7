// Formulas in words: what is one is set as one, and what is none stays as it is.

#include "files.hpp"

#include <doctest/doctest.h>
#include <nn/see/formula.hpp>
#include <nn/see/svg.hpp>
#include <regex>

using seegrad::nn::detail::escaped;
using seegrad::nn::detail::with_formulas;

namespace {

// What a reader sees of the formulas, one after the other: signs without their places, with () for the parts of a fraction or a power.
auto read_out(const std::string& text) -> std::string {
  auto html = with_formulas(text);
  CHECK_NOTHROW(xml("<p>" + html + "</p>"));
  std::string out;
  const std::regex formula("<math>(.*?)</math>");
  for (auto k = std::sregex_iterator(html.begin(), html.end(), formula); k != std::sregex_iterator(); ++k) {
    auto inside = (*k)[1].str();
    inside = std::regex_replace(inside, std::regex("<mfrac><mrow>(.*?)</mrow><mrow>(.*?)</mrow></mfrac>"), "($1)over($2)");
    inside = std::regex_replace(inside, std::regex("<msup><mrow>(.*?)</mrow>(.*?)</msup>"), "$1^$2");
    inside = std::regex_replace(inside, std::regex("<msub><mrow>(.*?)</mrow>(.*?)</msub>"), "$1_$2");
    inside = std::regex_replace(inside, std::regex("<mo>&#x2061;</mo>"), "");
    out += (out.empty() ? "" : " | ") + std::regex_replace(inside, std::regex("<[^>]*>"), "");
  }
  return out;
}

}  // namespace

TEST_CASE("formulas are read as they are written on a board") {
  CHECK(read_out("E1. J = 3(a + bc), the graph") == "J=3(a+bc)");
  CHECK(read_out("f = (x + y) z, and A * (B - C) - (C + D) / E.") == "f=(x+y)z | A∗(B−C)−((C+D))over(E)");
  CHECK(read_out("dz = a - y, dw1 = x1 dz and db = dz can") == "dz=a−y | dw_1=x_1dz | db=dz");
  CHECK(read_out("Z = A' Wᵀ + b,   A = f(Z)   A' is") == "Z=A^′W^T+b | A=f(Z)");
  CHECK(read_out("dZ = dA * f'(Z)") == "dZ=dA∗f′(Z)");
  CHECK(read_out("the price is relu(w * size + b), a line") == "relu(w∗size+b)");
  CHECK(read_out("the saddle of x² - y² + y⁴") == "x^2−y^2+y^4");
  CHECK(read_out("exp(-x) sin(2πx) / 2") == "(exp(−x)sin(2πx))over(2)");
  CHECK(read_out("2/m Pᵀ(P c - y)") == "(2)over(m)P^T(Pc−y)");
  CHECK(read_out("variance 1/n; for relu 2/n") == "(1)over(n) | (2)over(n)");
  CHECK(read_out("50 units, λ = 0.5: all") == "λ=0.5");
  CHECK(read_out("e^(b a) grows") == "e^(ba)");
}

TEST_CASE("a fraction, a power and an index stand in their places") {
  CHECK(
      with_formulas("q = x1 / 2") ==
      "<math><mi>q</mi><mo>=</mo><mfrac><mrow><msub><mrow><mi>x</mi></mrow><mn>1</mn></msub></mrow><mrow><mn>2</mn></mrow></mfrac></math>");
  CHECK(with_formulas("a < b²") == "<math><mi>a</mi><mo>&lt;</mo><msup><mrow><mi>b</mi></mrow><mn>2</mn></msup></math>");
}

TEST_CASE("a sign behind a formula stays in its line") {
  CHECK(with_formulas("if a = b, c") == "if <span class=\"formula\"><math><mi>a</mi><mo>=</mo><mi>b</mi></math>,</span> c");
  CHECK(with_formulas("(if a = b)") == "(if <span class=\"formula\"><math><mi>a</mi><mo>=</mo><mi>b</mi></math>)</span>");
}

TEST_CASE("words stay words") {
  for (const char* text : {"a network of two layers, 784-128-10, learns",
                           "A picture of 28 by 28 is a picture",
                           "leaky_relu was chosen by what it did",
                           "db = the sum of dZ over the samples",
                           "since where relu is 0 its slope is 0, too",
                           "small (× 0.01), large (× 10)",
                           "m samples",
                           "and/or, w/o, 1/2",
                           "x =",
                           "= x",
                           "x = ",
                           "x = y_",
                           "in 100 m²",
                           "I am a",
                           "3 + 4 = 7",
                           "a = bcd",
                           "logistic (a)",
                           "A is [m, units]",
                           "x=1",
                           "",
                           "(",
                           "sin",
                           "f(",
                           "-",
                           "the 2 x 3",
                           "(as in a case)",
                           "(see it - or not)",
                           "<script>a + b</script>",
                           "\xFF\xCE = \xCE"})
    CHECK_MESSAGE(with_formulas(text) == escaped(text), text);
}

TEST_CASE("what stands in backticks is code") {
  CHECK(with_formulas("`--epochs 10 < a + b` is, and `` and ` are not") ==
        "<code>--epochs 10 &lt; a + b</code> is, and `` and ` are not");
}
