// What the checker's report says of arrays: counts, words, kinks, and sums and gradients that are wrong.

#include "random_graph.hpp"
#include "seconds.hpp"
#include "verdict_counts.hpp"

#include <autodiff/array/create.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

auto adjoints_of(const graph& g, node_id top) -> std::vector<array> {
  std::vector<array> out;
  for (node_id k = 0; k <= top; ++k)
    out.push_back(g.is_constant(k) ? array() : g.is_tensor(k) ? g.array_adjoint(k).copy() : array(g.adjoint(k)));
  return out;
}

}  // namespace

TEST_CASE("the counts, the words and the gradient that is left") {
  graph g;
  const auto W = input(array{{1.0, 2.0, 0.5}, {3.0, 4.0, -1}}, "W"), x = input(array{5.0, 6.0, 1.0}, "x");
  const auto a = input(0.02, "a");
  const auto h = named(tanh(a * matmul(W, x)), "h");
  const auto J = named(sum(h * array{1.0, 3.0}, 0), "J");
  const auto size = g.size();
  const auto report = check(J, {.worst = 100});
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.operations == 5);
  CHECK(report.derivatives == 7);
  // W 6, x 3; a 1, the product 2; tanh 2; mul 2; sum 2
  CHECK(report.elements == 18);
  CHECK(report.constants == 1);
  CHECK(locally(report, verdict::pass) == 7);
  CHECK(wholly(report, verdict::pass) == 3);
  CHECK(report.summary() ==
        "check: 5 operations, 7 derivatives (18 elements): 7 PASS, 0 FAIL, 1 constant operand; gradient of J by W, x, a: PASS");
  CHECK(report.text().find("sum axes (0)") != std::string::npos);
  CHECK(report.annotations().at(g.id(h.ref(), "test")).how == annotation::mood::good);
  const auto json = report.to_json();
  CHECK(json.find(R"("elements":18)") != std::string::npos);
  CHECK(json.find("\"parameters\":\"axes (0)\",\"element\":\"[") != std::string::npos);
  CHECK(g.size() == size);
  CHECK(grad(W).at(1, 2) == doctest::Approx(3 * 0.02 * (1 - std::pow(std::tanh(0.02 * 38), 2)) * 1));
  // As a scalar, and used in others.
  CHECK(check(item(J) * a).passed());
  CHECK(check(item(J) * a, {.worst = 0}).findings.empty());
}

TEST_CASE("an array of several elements is checked by their uneven sum") {
  graph g;
  const auto x = input(array{{1.0, 2.0}, {3.0, 4.0}}, "x"), y = input(array{0.5, 0.25}, "y");
  const auto report = check(x / y);
  CHECK(report.passed());
  CHECK(report.whole_verdict() == verdict::pass);
  CHECK(check(x).passed());
  CHECK_THROWS_AS(check(tensor(array{1.0, 2.0})), error);
}

TEST_CASE("kinks and infinities of single elements") {
  graph g;
  const auto x = input(array{1.0, 0.0, -2.0}, "x");
  auto report = check(relu(x));
  CHECK(locally(report, verdict::kink) == 1);
  CHECK(report.passed());
  CHECK(report.findings.at(0).element == "[1]");
  report = check(max(input(array{{1.0, 3.0, 3.0}}), {1}));
  CHECK(locally(report, verdict::kink) == 1);
  CHECK(report.passed());
  report = check(log(x), {.whole = false});
  CHECK(locally(report, verdict::non_finite) == 1);
  CHECK(!report.passed());
  CHECK(report.findings.at(0).detail.find("not finite at [1]") != std::string::npos);
  // Scores that are masked by -inf are no fault.
  const auto masked = where(array{true, false, true}, x, -INFINITY);
  CHECK(check(softmax(masked)).passed());
}

TEST_CASE("a graph in float32 is checked in double, and its rounding told") {
  graph g;
  generator r(1);
  const auto A = input(randn(r, {12, 8}, float32), "A"), b = input(randn(r, {8}, float32), "b");
  const auto y = sum(log_softmax(tanh(matmul(A, b)))) * 3.0;
  const auto report = check(y, {.worst = 50});
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.count(verdict::noisy) == 0);
  // Differences of floats would not come below 1e-4.
  for (const auto& f : report.findings)
    if (f.what == verdict::pass && f.method == "ridders") CHECK(f.difference <= 1e-7 * std::abs(f.claimed) + 1e-9);
  CHECK(report.text().find("recorded in float32 and checked in double") != std::string::npos);
}

TEST_CASE("a sum of contributions that misses one is found at its node, with the element") {
  graph g;
  const auto x = input(array{{1.0, 2.0}, {3.0, 4.0}}, "x");
  const auto s = input(0.5, "s");
  const auto y = sum(sin(x) * s + x * x);
  const auto top = g.id(y.ref(), "test"), at_x = g.id(x.ref(), "test"), at_s = g.id(s.ref(), "test");
  backward(y);
  const auto honest = adjoints_of(g, top);
  CHECK(check_adjoints(y, honest).passed());

  auto wrong = honest;
  wrong[at_x].set(3.0, 1, 0);  // one of the two uses of 3 in x * x: 3, and cos(3) * s is missing too
  auto report = check_adjoints(y, wrong);
  INFO(report.text());
  CHECK(locally(report, verdict::fail) == 0);
  int named = 0;
  for (const auto& f : report.findings)
    if (f.method == "accumulation") {
      CHECK(f.node == at_x);
      CHECK(f.element == "[1, 0]");
      ++named;
    }
  CHECK(named == 1);
  CHECK(report.text().find("= where += is meant?") != std::string::npos);
  CHECK(report.text().find("every operation passes, so the fault is in adding up the contributions") != std::string::npos);

  wrong = honest;
  wrong[at_s] = array(honest[at_s].item() * 1.001);
  CHECK(!check_adjoints(y, wrong).passed());
  CHECK_THROWS_AS(check_adjoints(y, std::span<const array>(honest).first(2)), error);
  wrong[at_x] = array{1.0};
  CHECK_THROWS_AS(check_adjoints(y, wrong), error);
}

TEST_CASE("among many elements the one with the wrong gradient is found by halving") {
  graph g;
  const auto x = input(sample_values({100, 80}, 1), "x");
  const auto y = sum(square(x) * sin(x));
  backward(y);
  const auto top = g.id(y.ref(), "test"), at_x = g.id(x.ref(), "test");
  auto adjoints = adjoints_of(g, top);
  adjoints[at_x].set(adjoints[at_x].at(37, 11) * 2 + 1, 37, 11);
  const auto report = check_adjoints(y, adjoints, {.effort = 1'000'000});
  INFO(report.text());
  bool found = false;
  for (const auto& f : report.findings)
    found = found || (f.method == "whole gradient" && f.what == verdict::fail && f.node == at_x && f.element == "[37, 11]");
  CHECK(found);
}

TEST_CASE("second order") {
  graph g;
  const auto W = input(array{{0.3, -0.2}, {0.5, 0.1}}, "W"), x = input(array{1.0, -0.7}, "x");
  const auto a = input(0.4, "a");
  const auto y = sum(softmax(tanh(matmul(W, x)) * a) * array{1.0, 2.0});
  const auto size = g.size();
  const auto report = check(y, {.second_order = true});
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.text().find("Hessian times vector: PASS; symmetry: PASS") != std::string::npos);
  CHECK(g.size() == size);
}

TEST_CASE("a large network within seconds, and what was sampled is said") {
  for (const auto type : {float64, float32}) {
    generator r(3);
    graph g;
    const auto W1 = input(randn(r, {784, 128}, type) * 0.05, "W1"), b1 = input(zeros({128}, type), "b1");
    const auto W2 = input(randn(r, {128, 10}, type) * 0.1, "W2"), b2 = input(zeros({10}, type), "b2");
    const array images = rand(r, {64, 784}, type), labels = randint(r, {64, 1}, 0, 10);
    const auto hidden = relu(matmul(tensor(images), W1) + b1);
    const auto J = named(-mean(gather(log_softmax(matmul(hidden, W2) + b2), labels, 1)), "J");
    check_report report;
    const auto time = seconds([&] { report = check(J); });
    MESSAGE(name_of(type), ": ", time, " s");
    INFO(report.text());
    CHECK(report.passed());
    CHECK(report.count(verdict::noisy) == 0);
    CHECK(time < 200);  // not hours
    CHECK(report.text().find("checked one by one") != std::string::npos);
  }
}

TEST_CASE("the same seed gives the same report") {
  const random_graph r(12);
  graph g;
  const auto y = r.recorded(r.inputs()).value;
  CHECK(check(y).text() == check(y).text());
}
