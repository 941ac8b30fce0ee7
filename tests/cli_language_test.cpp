// The language of the command line: what an expression means, with values from mathematics and from Python.

#include <cli/language/parser.hpp>
#include <cli/language/recording.hpp>
#include <cli/language/similar.hpp>
#include <cli/language/utf8.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli_python_values.hpp"

using namespace seegrad;
using namespace seegrad::cli;

namespace {

auto value(const std::string& text, const std::vector<std::string>& inputs = {}) -> double {
  std::vector<given> in;
  for (const auto& i : inputs) in.push_back(parse_given(i));
  const auto p = parse(text);
  return recording(p, in).output().value();
}

// What is said of a text that is wrong, and the text under the caret.
struct objection {
  std::string sentence, marked;
};
auto complain(const std::string& text, const std::vector<std::string>& inputs = {}) -> objection {
  try {
    value(text, inputs);
  } catch (const complaint& c) {
    return {c.what(), std::string(c.where().of(text))};
  }
  return {};
}

}  // namespace

TEST_CASE("language: operators bind and group as in mathematics") {
  CHECK(value("2^3^2") == 512);
  CHECK(value("2**3**2") == 512);
  CHECK(value("-2^2") == -4);
  CHECK(value("(-2)^2") == 4);
  CHECK(value("2^-1") == 0.5);
  CHECK(value("2^-3^2") == doctest::Approx(1.0 / 512));
  CHECK(value("-2^-2") == -0.25);
  CHECK(value("2*-3") == -6);
  CHECK(value("2--3") == 5);
  CHECK(value("- - -3") == -3);
  CHECK(value("+3") == 3);
  CHECK(value("2 + +3") == 5);
  CHECK(value("1-2-3") == -4);
  CHECK(value("24/4/2") == 3);
  CHECK(value("24/4*2") == 12);
  CHECK(value("2+3*4") == 14);
  CHECK(value("(2+3)*4") == 20);
  CHECK(value("-3*2+1") == -5);
  CHECK(value("2*3^2") == 18);
  CHECK(value("((((7))))") == 7);
}

TEST_CASE("language: numbers, constants and the signs of printed mathematics") {
  CHECK(value(".5") == 0.5);
  CHECK(value("1e-3") == 0.001);
  CHECK(value("1E3") == 1000);
  CHECK(value("5.") == 5);
  CHECK(value("0.1") == 0.1);
  CHECK(value("4.9e-324") == 4.9e-324);
  CHECK(value("1.7976931348623157e308") == 1.7976931348623157e308);
  CHECK(value("pi") == 3.14159265358979323846);
  CHECK(value("π") == 3.14159265358979323846);
  CHECK(value("e") == 2.71828182845904523536);
  CHECK(std::isinf(value("inf")));
  CHECK(std::isnan(value("nan")));
  CHECK(value("2 × 3 · 4 ÷ 8 − 1") == 2);
}

TEST_CASE("language: the values Python gives") {
  for (const auto& c : python_values) {
    CAPTURE(c.text);
    CHECK(value(c.text, {"a=0.75", "b=-1.25", "c=2.5", "x=3"}) == doctest::Approx(c.expected).epsilon(1e-12));
  }
}

TEST_CASE("language: every operation of the list by its name") {
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    double x[max_arity];
    std::vector<std::string> inputs;
    std::string call(op->name);
    for (int i = 0; i < op->arity; ++i) {
      const auto& s = op->samples[static_cast<std::size_t>(i)];
      x[i] = s.low + 0.625 * (s.high - s.low);
      inputs.push_back(fmt::format("x{}={}", i, x[i]));
      call += fmt::format("{}x{}", i ? ", " : "(", i);
    }
    CHECK(value(call + ")", inputs) == op->value(x));
  }
}

TEST_CASE("language: statements, comments and lines") {
  CHECK(value("u = b*c; v = a + u; J = 3*v", {"a=7", "b=4", "c=2"}) == 45);
  CHECK(value("u = 2\nu*3") == 6);
  CHECK(value(";;\n u = 2 ;\n\n; u*3 ;\n") == 6);
  CHECK(value("# first\nu = 2 # two\r\nu*3 # six") == 6);
  CHECK(value("3 * # goes on\n 4") == 12);
  CHECK(value("max(1,\n  # between\n  2\n)") == 2);
  CHECK(value("u =\n 5") == 5);
  CHECK(value("\uFEFF2+3") == 5);
  CHECK(value("2\u00A0+\u00A03") == 5);
  CHECK(value("α₁*größe + 名", {"α₁=2", "größe=3", "名=4"}) == 10);
  CHECK(value("max = 3; max(max, 2)") == 3);  // a function's name may be a value's too
}

TEST_CASE("language: what is wrong is named, at its place") {
  struct {
    const char *text, *sentence, *marked;
  } constexpr cases[] = {
      {"a + d", "unknown name 'd'", "d"},
      {"a +", "a value is missing after '+'", ""},
      {"a + ;", "a value is missing after '+'", ""},
      {"* a", "a value is missing before '*'", "*"},
      {"a b", "an operator is missing before 'b'", "b"},
      {"a (a)", "unknown function 'a'; to multiply, write a*(…)", "a"},
      {"3 (a)", "an operator is missing before '('", "("},
      {"(a", "this bracket is never closed", "("},
      {"a)", "this bracket was never opened", ")"},
      {"()", "there is nothing between these brackets", "()"},
      {"sin()", "sin takes 1 argument, but 0 are given", "sin"},
      {"max(a)", "max takes 2 arguments, but 1 is given", "max"},
      {"sin(a, a)", "sin takes 1 argument, but 2 are given", "sin"},
      {"max(a,)", "a value is missing before ')'", ")"},
      {"3,5", "a comma stands only between the arguments", ","},
      {"(a, a)", "a comma stands only between the arguments", ","},
      {"a = 2", "'a' is an input", "a"},
      {"u = 2; u = 3", "'u' is already defined", "u"},
      {"u = u + 1", "it cannot stand in its own definition", "u"},
      {"v = u; u = 1", "it is defined only after this place", "u"},
      {"pi = 3", "'pi' is a constant of the language", "pi"},
      {"3 == 2", "there are no comparisons", "=="},
      {"3 = a", "only a name", "="},
      {"u == 2", "there are no comparisons", "=="},
      {"u = v = 2", "only a name at the beginning", "="},
      {"2*u = 3", "only a name at the beginning", "="},
      {"a; a", "the value of this statement is lost", "a"},
      {"a\n+a", "the value of this statement is lost", "a"},
      {"1_000", "'1_000' is not a number", "1_000"},
      {"2a", "'2a' is not a number", "2a"},
      {"1.2.3", "'1.2.3' is not a number", "1.2.3"},
      {"1e", "'1e' is not a number", "1e"},
      {"1e999", "too large or too small", "1e999"},
      {"1e-999", "too large or too small", "1e-999"},
      {"a²", "'²' is no sign of an expression; write ^2", "²"},
      {"a % 2", "write fmod(a, b)", "%"},
      {"a < 2", "write select", "<"},
      {"sin", "it is a function, and its arguments stand in brackets", "sin"},
      {"sin*2", "it is a function", "sin"},
      {"ln(a)", "did you mean 'log'?", "ln"},
      {"sigmiod(a)", "did you mean 'sigmoid'?", "sigmiod"},
      {"A", "did you mean 'a'?", "A"},
      {"a\x01", "control character 0x01", "\x01"},
      {"a\xff", "the byte 0xff is not UTF-8", "\xff"},
      {"a\xe2\x82", "the byte 0xe2 is not UTF-8", "\xe2"},
      {"", "there is no expression", ""},
      {" ; # nothing\n", "there is no expression", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto said = complain(c.text, {"a=7"});
    CHECK_MESSAGE(said.sentence.find(c.sentence) != std::string::npos, said.sentence);
    CHECK(said.marked == c.marked);
  }
  CHECK(complain(std::string("a\0b", 3), {"a=1"}).sentence.find("0x00") != std::string::npos);
  CHECK(complain(std::string(300, 'n')).sentence.find("300 bytes is too long") != std::string::npos);
}

TEST_CASE("language: the caret stands under its place, whatever is before it") {
  const auto shown = [](const std::string& text, const char* file = "") {
    try {
      value(text, {"a=1", "ä=1", "名=1"});
    } catch (const complaint& c) {
      return explained(c, text, file);
    }
    return std::string();
  };
  CHECK(shown("a + dd") == "unknown name 'dd'; give its value after the expression, as in dd=1\n  a + dd\n      ^~\n");
  CHECK(shown("ä + d*ä").ends_with("\n  ä + d*ä\n      ^\n"));
  CHECK(shown("名 + d").ends_with("\n  名 + d\n       ^\n"));  // two columns wide
  CHECK(shown("a\u0308 + d").find("d") != std::string::npos);
  CHECK(shown("\ta + d").ends_with("\n   a + d\n       ^\n"));  // a tab is shown as one blank
  CHECK(shown("u = 1\nv = u + d\na").starts_with("line 2: unknown name 'd'"));
  CHECK(shown("u = 1\nv = u + d\na").ends_with("\n  v = u + d\n          ^\n"));
  CHECK(shown("a +\nd", "model.txt").starts_with("model.txt, line 2: "));
  CHECK(shown("a \x1b[31m").ends_with("\n  a \uFFFD[31m\n    ^\n"));  // nothing reaches the terminal
  // Of a long line only what is around the place is shown.
  std::string sum = "a";
  for (int i = 0; i < 1000; ++i) sum += "+a";
  const auto message = shown(sum + "+d" + sum);
  const auto line = message.substr(message.find('\n') + 1);
  CHECK(line.starts_with("  …"));
  CHECK(width(line.substr(0, line.find('\n'))) <= 106);
  const auto caret = line.substr(line.find('\n') + 1);
  CHECK(line.substr(caret.find('^') + 2, 1) == "d");  // the ellipsis has three bytes and one column
}

TEST_CASE("language: depth and length have no end but memory") {
  const std::string deep(1'000'000, '('), close(1'000'000, ')');
  CHECK(value(deep + "a" + close, {"a=2"}) == 2);
  CHECK(complain(deep).sentence == "a value is missing after '('");
  CHECK(complain(deep + "1").sentence == "this bracket is never closed");
  CHECK(value(std::string(1'000'001, '-') + "a", {"a=2"}) == -2);
  std::string powers = "a", sines, sum = "a";
  for (int i = 0; i < 300'000; ++i) powers += "^a", sines += "sin(", sum += "+a";
  CHECK(value(powers, {"a=1"}) == 1);
  CHECK(value(sum, {"a=2"}) == 600'002);
  CHECK(value(sines + "a" + std::string(300'000, ')'), {"a=0"}) == 0);
}

TEST_CASE("language: inputs and claims") {
  CHECK(parse_given("a=7").value == 7);
  CHECK(parse_given("a=pi/2").value == doctest::Approx(1.5707963267948966));
  CHECK(parse_given("a=-1e3").value == -1000);
  CHECK(parse_given(" a = max(2, 3) ").value == 3);
  CHECK(parse_given("a=7").name == "a");
  CHECK(parse_given("a=-0.5898").decimals == 4);
  CHECK(parse_given("a=12").decimals == 0);
  CHECK(parse_given("a=1.2e-3").decimals == 4);
  CHECK(parse_given("a=1e3").decimals == -3);
  CHECK(!parse_given("a=1/3").decimals);
  for (const auto* wrong : {"7", "=7", "a=", "a=b", "2a=3", "a=1;b=2", "a b=3", "pi=3", "a=1\nb=2", "a==1", "a+b=3", "", "="}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_given(wrong));
  }
}

TEST_CASE("language: near names") {
  const std::string_view known[] = {"weight", "bias", "x"};
  CHECK(most_similar("wieght", known) == "weight");
  CHECK(most_similar("Bias", known) == "bias");
  CHECK(most_similar("X", known) == "x");
  CHECK(most_similar("y", known).empty());
  CHECK(most_similar("height2", known) == "weight");
  CHECK(most_similar("gradient", known).empty());
}

TEST_CASE("language: characters") {
  CHECK(width("a名e\u0301") == 4);
  CHECK(shown("a\tb\n\x1b\x7f") == "a b \uFFFD\uFFFD");
  CHECK(shown("\xff\xc0\xaf\xed\xa0\x80") ==
        "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");       // an overlong form and a surrogate are no text
  CHECK(shown("a\u202Eb\u0085") == "a\uFFFDb\uFFFD");  // nor may the direction of writing turn
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefg", 6) == "abcde…");
  CHECK(shortened("名名名名", 6) == "名名…");
  CHECK(is_letter(U'ß'));
  CHECK(is_letter(U'₀'));
  CHECK(is_letter(U'ℓ'));
  CHECK_FALSE(is_letter(U'→'));
  CHECK_FALSE(is_letter(U'“'));
  CHECK_FALSE(is_letter(U'²'));
}
