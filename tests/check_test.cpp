// What the checker says of right derivatives: nothing but PASS where there is one, and the right word where there is none.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "verdict_counts.hpp"

using namespace seegrad;

namespace {

// The verdict on an operation's derivative by its operand 0, and the one on the whole.
auto verdict_of(const scalar& y) -> verdict {
  const auto k = graph::active().id(y.ref(), "test");
  const auto report = check(y, {.worst = 1000});
  for (const auto& f : report.findings)
    if (f.node == k && f.operand == 0) return f.what;
  return verdict::untested;
}

// Paragraphs of users.

double now = 0;

struct jitter : paragraph<1> {
  static constexpr std::string_view name = "jitter", help = "x with noise in the third digit";
  static auto value(double x) -> double { return x + 1e-3 * std::sin(1e17 * x); }
  static auto value(stepped) -> stepped { return {std::nan(""), std::nan("")}; }
  static auto value(auto x) { return x; }
  static auto d0(auto, auto) { return 1.0; }
};

struct drifting : paragraph<1> {
  static constexpr std::string_view name = "drifting", help = "x times something that changes";
  static auto value(auto x) { return x * now; }
  static auto d0(auto, auto) { return now; }
};

struct fast_wave : paragraph<1> {
  static constexpr std::string_view name = "fast_wave", help = "sine";
  static auto value(auto x) { return sin(x); }
  static auto d0(auto x, auto) { return cos(x); }
};

struct wrong_wave : fast_wave {
  static auto d0(auto x, auto) { return -cos(x); }
};

struct broken : paragraph<2> {
  static constexpr std::string_view name = "broken", help = "product";
  static auto value(auto a, auto b) { return a * b; }
  static auto d0(auto, auto b, auto) { return b; }
  static auto d1(auto a, auto, auto) { return 2 * a; }
};

}  // namespace

TEST_CASE("J = 3(a + bc)") {
  graph g;
  const auto a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  const auto u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
  const auto report = check(J);
  CHECK(report.passed());
  CHECK(report.operations == 3);
  CHECK(report.derivatives == 5);
  CHECK(report.constants == 1);
  CHECK(locally(report, verdict::pass) == 5);
  CHECK(report.whole_verdict() == verdict::pass);
  CHECK(report.summary() ==
        "check: 3 operations, 5 derivatives: 5 PASS, 0 FAIL, 1 constant operand; gradient of J by a, b, c: PASS");
  CHECK(fmt::format("{}", report) == report.text());
  std::ostringstream out;
  out << report;
  CHECK(out.str() == report.text());
  // The adjoints are there as after backward(J).
  CHECK(grad(a) == 3);
  CHECK(grad(u) == 3);
  CHECK(grad(c) == 12);
  CHECK(g.size() == 7);
}

TEST_CASE("kinks are neither right nor wrong") {
  graph g;
  const auto x = input(0.0, "x"), one = input(1.0), tie = input(1.0);
  for (const auto& y : {relu(x), abs(x), min(x, 0), max(x, 0), min(one, tie), max(one, tie), leaky_relu(x, 0.1), elu(x, 0.5),
                        hypot(x, 0), clamp(one, -1, 1), clamp(one, 1, 2)}) {
    CHECK(verdict_of(y) == verdict::kink);
    const auto report = check(y);
    CHECK(report.passed());
    CHECK(report.whole_verdict() == verdict::kink);
  }
  // At 0 an elu with slope 1 on both sides has none.
  CHECK(verdict_of(elu(x, 1)) == verdict::pass);
  // The chain rule may be off across a kink, and that is no fault of any operation.
  const auto report = check(relu(x) - relu(-x));
  CHECK(report.passed());
  CHECK(report.whole_verdict() == verdict::kink);
}

TEST_CASE("jumps") {
  graph g;
  const auto x = input(0.0), two = input(2.0), half = input(0.5), one = input(1.0);
  for (const auto& y : {step(x), sign(x), floor(two), ceil(two), floor(x), round(half), trunc(two), fmod(two, 1),
                        copysign(1, x) * 1.0, select(x, 1, 2)}) {
    const auto report = check(y);
    CHECK_MESSAGE(report.count(verdict::fail) == 0, report.text());
    CHECK_MESSAGE(report.count(verdict::kink) > 0, report.text());
  }
  CHECK(verdict_of(floor(half)) == verdict::pass);
  CHECK(verdict_of(step(one)) == verdict::pass);
  CHECK(verdict_of(floor(input(1.9999))) == verdict::pass);
}

TEST_CASE("infinite values and derivatives") {
  graph g;
  const auto x = input(0.0), minus = input(-1.0), one = input(1.0);
  for (const auto& y : {sqrt(x), cbrt(x), log(x), log(minus), asin(one), acos(one), acosh(one), log1p(minus), 1 / x, atanh(one),
                        tgamma(x), lgamma(minus), pow(x, 0.5), pow(minus, 0.5)}) {
    const auto report = check(y);
    CHECK_MESSAGE(report.count(verdict::non_finite) > 0, report.text());
    CHECK_MESSAGE(report.count(verdict::fail) == 0, report.text());
    CHECK(!report.passed());
  }
}

TEST_CASE("what cannot be tested is counted") {
  graph g;
  const auto order = input(1.0), x = input(2.0), base = input(-2.0), exponent = input(3.0);
  CHECK(locally(check(polygamma(order, x)), verdict::untested) == 1);
  // A negative base has real powers at whole exponents only.
  const auto report = check(pow(base, exponent));
  CHECK(locally(report, verdict::untested) == 1);
  CHECK(locally(report, verdict::pass) == 1);
  CHECK(check(pow(base, 3)).passed());
  CHECK(check(pow(base, 3)).constants == 1);
  CHECK(check(x * 2 + 1, {.max_nodes = 1}).skipped == 1);
}

TEST_CASE("an operation whose value is noise is NOISY, and one that changes under our hands is stale") {
  graph g;
  const auto x = input(1.2345);
  const auto noisy = check(apply<jitter>(x));
  INFO(noisy.text());
  CHECK(locally(noisy, verdict::noisy) == 1);
  CHECK(noisy.passed());
  now = 2;
  const auto y = apply<drifting>(x);
  CHECK(check(y).passed());
  now = 3;
  const auto stale = check(y);
  CHECK(!stale.passed());
  CHECK(stale.findings.at(0).method == "value");
}

TEST_CASE("the complex step decides where no difference can") {
  graph g;
  const auto right = check(apply<fast_wave>(input(1e17)), {.whole = false});
  CHECK(right.count(verdict::pass) == 1);
  CHECK(right.findings.at(0).method == "complex step");
  const auto wrong = check(apply<wrong_wave>(input(1e17)), {.whole = false});
  CHECK(wrong.count(verdict::fail) == 1);
  CHECK(wrong.findings.at(0).method == "dot product");
}

// --- the report ---------------------------------------------------------------------------------------------------------------

TEST_CASE("names and scopes are reported, and JSON is escaped") {
  graph g;
  const auto a = input(2.0, "a \"quoted\"\\\n"), b = input(3.0, "b");
  scalar y;
  {
    const scope outer("layer1");
    const scope inner("head");
    y = named(apply<broken>(a, b) + sqrt(input(0.0)), "y");
  }
  const auto report = check(y);
  const auto& f = report.findings.at(0);
  CHECK(f.what == verdict::fail);
  CHECK(f.operation == "broken");
  CHECK(f.scope == "layer1/head");
  CHECK(f.operand == 1);
  CHECK(f.by == "b");
  CHECK(f.claimed == 4);
  CHECK(f.measured == doctest::Approx(2));
  CHECK(f.detail == "2 times too large");
  const auto json = report.to_json();
  CHECK(json.find(R"("passed":false)") != std::string::npos);
  CHECK(json.find(R"(a \"quoted\"\\\n)") != std::string::npos);
  CHECK(json.find("inf") == std::string::npos);
  CHECK(json.find("nan") == std::string::npos);
  CHECK(json.find(R"("claimed":null)") != std::string::npos);

  // Bytes that are no UTF-8 do not get into JSON; those that are do.
  CHECK(check(sqrt(input(0.0, "\xff\xe2\x88\x9a\xe2"))).to_json().find("\ufffd\xe2\x88\x9a\ufffd") != std::string::npos);

  const auto marks = report.annotations();
  CHECK(marks.at(f.node).how == annotation::mood::bad);
  CHECK(marks.at(f.node).text == "FAIL by b: claimed 4, measured 2");
  CHECK(marks.at(g.id(y.ref(), "test")).how == annotation::mood::good);
}

TEST_CASE("second order") {
  graph g;
  const auto x = input(0.7, "x"), z = input(1.3, "z");
  const auto y = sin(x * z) * exp(z) + pow(x, 3);
  const auto size = g.size();
  const auto report = check(y, {.second_order = true});
  CHECK(report.passed());
  CHECK(report.text().find("Hessian times vector: PASS; symmetry: PASS") != std::string::npos);
  CHECK(g.size() == size);
  CHECK(grad(x) == doctest::Approx(1.3 * std::cos(0.91) * std::exp(1.3) + 3 * 0.49));
  CHECK(check(x + z, {.second_order = true}).text().find("the gradient is constant") != std::string::npos);
}

TEST_CASE("what is not a value to check") {
  CHECK_THROWS_AS(check(scalar(1.0)), error);
  graph g;
  CHECK_THROWS_AS(check(scalar(1.0)), error);
  const auto x = input(2.0);
  const auto report = check(x);
  CHECK(report.operations == 0);
  CHECK(report.passed());
}

TEST_CASE("the same seed gives the same report") {
  graph g;
  scalar y = 0;
  for (int i = 0; i < 2000; ++i) y += sin(input(0.001 * i)) * 2;
  CHECK(check(y, {.effort = 1'000'000}).text() == check(y, {.effort = 1'000'000}).text());
}

TEST_CASE("a report is valid JSON whatever the names") {
  // Overlong forms, surrogates, what is beyond Unicode, pieces of characters, controls and quotes; the parser is of another library, and
  // refuses what is no UTF-8.
  for (const std::string name : {"\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf",
                                 "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff\xfe", "\xe2\x82",
                                 "\"\\\b\f\n\r\t\x01\x1f\x7f", "\xe2\x80\xa8", "</script>", "plain", "π"}) {
    CAPTURE(name);
    graph g;
    const scope inside(name);
    const auto x = input(0.0, name);
    const auto report = check(named(sqrt(x), name));
    const auto json = nlohmann::json::parse(report.to_json());
    CHECK(json.at("by").size() == 1);
    CHECK(json.at("findings").is_array());
    if (name == "plain" || name == "π" || name[0] == '"' || name[0] == '<') CHECK(json.at("by")[0].get<std::string>() == name);
  }
}
