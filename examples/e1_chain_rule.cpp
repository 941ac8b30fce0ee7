// E1. J = 3(a + bc), the graph that opens the course: every value from left to right, every gradient from right to left.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

using namespace seegrad;

int main() {
  graph g;
  const auto a = input(7, "a"), b = input(4, "b"), c = input(2, "c");
  const auto u = named(b * c, "u");
  const auto v = named(a + u, "v");
  const auto J = named(3 * v, "J");
  backward(J);

  fmt::print("J = 3(a + bc) at a = 7, b = 4, c = 2\n");
  expectations expect;
  expect("u = bc", u.value(), 8);
  expect("v = a + u", v.value(), 15);
  expect("J = 3v", J.value(), 45);
  expect("dJ/dv", grad(v), 3);
  expect("dJ/du = dJ/dv * 1", grad(u), 3);
  expect("dJ/da = dJ/dv * 1", grad(a), 3);
  expect("dJ/db = dJ/du * c", grad(b), 6);
  expect("dJ/dc = dJ/du * b", grad(c), 12);

  // A derivative is what a nudge does, per unit of nudge.
  const auto nudged = 7.001 + u.value();
  expect("v after a + 0.001", nudged, 15.001);
  expect("J after a + 0.001", 3 * nudged, 45.003);

  const auto report = check(J);
  fmt::print("\n{}\n", report);
  expect("every derivative passes the check", report.passed());
  picture(J, {.sums = true, .title = "J = 3(a + bc)"}).save("e1_chain_rule.svg");
  fmt::print("drawn: e1_chain_rule.svg\n");
  return expect.exit_code();
}
