// Contributions that are not added up: the checker names the node where one is missing.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

#include "draw.hpp"
#include "verdict_counts.hpp"

using namespace seegrad;

namespace {

// A reverse sweep with a bug: what reaches `victim` overwrites what was there.
auto sweep_that_overwrites(const graph& g, node_id y, node_id victim) -> std::vector<double> {
  std::vector<double> adjoint(std::size_t{y} + 1);
  adjoint[y] = 1;
  for (node_id k = y + 1; k-- > 0;) {
    if (g.is_leaf(k)) continue;
    const auto operands = g.operands(k);
    double x[max_arity];
    for (int i = 0; i < operands.size(); ++i) x[i] = g.value(operands[i]);
    for (int i = 0; i < operands.size(); ++i) {
      const auto o = operands[i];
      const auto c = adjoint[k] * g.op(k)->partial(i, x, g.value(k));
      if (o == victim && c != 0) adjoint[o] = c;
      else adjoint[o] += c;
    }
  }
  return adjoint;
}

}  // namespace

TEST_CASE("a sweep that overwrites instead of adding is caught at the node where it does") {
  std::mt19937_64 random(7);
  int planted_in_all = 0;
  for (int trial = 0; trial < 100; ++trial) {
    graph g;
    std::vector<scalar> v;
    for (int i = 0; i < 3; ++i) v.push_back(input(draw(random, {0.5, 2})));
    for (int i = 0; i < 15; ++i) {
      const auto a = v[random() % v.size()], b = v[random() % v.size()];
      switch (random() % 4) {
        case 0: v.push_back(a * b); break;
        case 1: v.push_back(sin(a) + b); break;
        case 2: v.push_back(tanh(a - 2 * b)); break;
        default: v.push_back(a / (1 + b * b));
      }
    }
    scalar y = 0;
    for (const auto& x : v) y += x * 0.5;
    const auto top = g.id(y.ref(), "test");
    const auto honest = sweep_that_overwrites(g, top, top);
    for (node_id victim = 0; victim < top; ++victim) {
      if (g.is_constant(victim)) continue;
      const auto wrong = sweep_that_overwrites(g, top, victim);
      if (!(std::abs(wrong[victim] - honest[victim]) > 1e-6 * std::abs(honest[victim]))) continue;
      ++planted_in_all;
      const auto report = check_adjoints(y, wrong, {.effort = 100'000});
      int named = 0, others = 0;
      for (const auto& f : report.findings)
        if (f.method == "accumulation") (f.node == victim ? named : others) += 1;
      INFO(report.text());
      CHECK(named == 1);
      CHECK(others == 0);
      CHECK(locally(report, verdict::fail) == 0);
      CHECK(!report.passed());
    }
    CHECK(check_adjoints(y, honest).passed());
  }
  MESSAGE(planted_in_all, " sums with something missing");
  CHECK(planted_in_all > 1000);
}

TEST_CASE("when every operation passes and the whole fails, the report blames the adding up") {
  graph g;
  const auto x = input(3.0, "x");
  const auto y = x * x;
  const std::vector<double> adjoints{3.0, 1.0};  // one of the two uses
  const auto report = check_adjoints(y, adjoints);
  CHECK(locally(report, verdict::fail) == 0);
  CHECK(report.whole_verdict() == verdict::fail);
  CHECK(report.text().find("every operation passes, so the fault is in adding up the contributions") != std::string::npos);
  CHECK(report.text().find("= where += is meant?") != std::string::npos);
  CHECK_THROWS_AS(check_adjoints(y, std::vector<double>{1.0}), error);
}

TEST_CASE("among many inputs the one with the wrong gradient is found by halving") {
  graph g;
  scalar y = 0;
  std::vector<scalar> xs;
  for (int i = 0; i < 3000; ++i) xs.push_back(input(1 + 0.001 * i));
  for (const auto& x : xs) y += sin(x) * x;
  backward(y);
  std::vector<double> adjoints;
  for (node_id k = 0; k < g.size(); ++k) adjoints.push_back(g.adjoint(k));
  CHECK(check_adjoints(y, adjoints).passed());
  adjoints[1234] *= 1.5;
  const auto report = check_adjoints(y, adjoints, {.effort = 1'000'000});
  bool whole = false, sum = false;
  for (const auto& f : report.findings) {
    whole = whole || (f.method == "whole gradient" && f.what == verdict::fail && f.node == 1234);
    sum = sum || (f.method == "accumulation" && f.node == 1234);
  }
  INFO(report.text());
  CHECK(whole);
  CHECK(sum);
}
