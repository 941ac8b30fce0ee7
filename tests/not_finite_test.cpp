#include <doctest/doctest.h>

#include <autodiff/array/create.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/derive/not_finite.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <autodiff/see/picture.hpp>
#include <cmath>
#include <limits>

#include "message.hpp"

using namespace seegrad;

namespace {

using kind = not_finite_report::kind;
constexpr double inf = std::numeric_limits<double>::infinity(), no_number = std::numeric_limits<double>::quiet_NaN();

auto id(const tensor& x) -> node_id { return graph::active().id(x.ref(), "test"); }
auto id(const scalar& x) -> node_id { return graph::active().id(x.ref(), "test"); }

}  // namespace

TEST_CASE("An operation that makes an infinity of finite operands") {
  graph g;
  const tensor x = input(array{{1.0, 2.0, 3.0}, {4.0, 0.0, 0.0}}, "x");
  tensor h;
  {
    scope outer("net");
    scope inner("layer");
    h = named(log(x), "h");
  }
  const tensor z = h * 0.0, y = sum(z);
  const auto r = why_not_finite(y);
  CHECK(r.born == kind::value);
  CHECK(r.node == id(h));
  CHECK(r.target == id(h));
  CHECK(r.operation == "log");
  CHECK(r.scope == "net/layer");
  CHECK(r.index == dims{1, 1});
  CHECK(r.number == -inf);
  CHECK(r.count == 2);
  CHECK(r.size == 6);
  REQUIRE(r.operands.size() == 1);
  CHECK(r.operands[0].node == id(x));
  CHECK(r.operands[0].value == "0");
  CHECK(r.operands[0].at_element);
  CHECK(r.path == std::vector<node_id>{id(h), id(z), id(y)});
  CHECK(contains(
      r.text(),
      "log gives -inf at [1, 1] of h #1 (float64 [2x3]), the first of 2 such elements, in scope net/layer. Its operands are finite: x #0 is 0 there."));
  CHECK(contains(r.text(), "h #1 log → #3 mul (NaN from here on) → #4 sum"));
  CHECK(r.notes.at(id(h)).how == annotation::mood::bad);
  CHECK(r.notes.at(id(y)).how == annotation::mood::doubtful);
  CHECK(r.notes.count(id(x)) == 0);
  CHECK(contains(picture(y, {.notes = r.notes}).to_dot(), "-inf is born here at [1, 1"));
}

TEST_CASE("Operands that are repeated, and those of whole-array operations") {
  graph g;
  const tensor a = input(array{{1.0}, {2.0}}, "a"), b = input(array{5.0, 0.0, 3.0}, "b"), q = a / b;
  auto r = why_not_finite(q);
  CHECK(r.index == dims{0, 1});
  CHECK(r.operands[0].value == "1");
  CHECK(r.operands[1].value == "0");
  const tensor big = input(full({2, 2}, 1e300), "big"), p = matmul(big, big);
  r = why_not_finite(p);
  CHECK(r.operation == "matmul");
  CHECK(r.operands[0].value == "1e+300");
  CHECK(!r.operands[0].at_element);
  // float32 overflows where float64 does not.
  const tensor f = input(array({50.0, 100.0}, float32), "f");
  CHECK(why_not_finite(exp(f)).index == dims{1});
  CHECK(!why_not_finite(exp(input(array{50.0, 100.0}))));
}

TEST_CASE("Inputs and data that hold it already") {
  graph g;
  const tensor x = input(array{1.0, no_number}, "x"), y = exp(x) + 1.0;
  auto r = why_not_finite(y);
  CHECK(r.born == kind::leaf);
  CHECK(r.node == id(x));
  CHECK(r.index == dims{1});
  CHECK(r.operation == "input");
  CHECK(r.path.front() == id(x));
  const tensor z = input(array{1.0, 2.0}, "z"), w = z * array{1.0, inf};
  r = why_not_finite(w);
  CHECK(r.born == kind::leaf);
  CHECK(r.operation == "data");
  CHECK(g.is_constant(r.node));
  // Of two, the first.
  const tensor two = sum(w) + sum(x);
  CHECK(why_not_finite(two).node == id(x));
}

TEST_CASE("What does not reach y is not blamed") {
  graph g;
  const tensor x = input(array{1.0, 2.0}, "x"), aside = log(x * 0.0), masked = where(array{true, false}, x, array{-inf, -inf}),
               p = softmax(masked), y = sum(log(x - 1.0)) + sum(p);
  const auto r = why_not_finite(y);
  CHECK(r.born == kind::value);
  CHECK(r.operation == "log");
  CHECK(r.index == dims{0});
  CHECK(r.node > id(p));
  CHECK(id(aside) < r.node);
  const auto fine = why_not_finite(sum(p * x));
  CHECK(fine.born == kind::finite);
  CHECK(!fine);
  CHECK(fine.notes.empty());
  CHECK(contains(fine.text(), "All finite"));
  CHECK(contains(fine.text(), "has -inf, which reaches neither"));
}

TEST_CASE("A gradient that is not finite while the value is") {
  graph g;
  const tensor x = input(array{{4.0, 1.0}, {0.0, 9.0}}, "x"), unit = x * 1.0, s = named(sqrt(unit), "s"), y = sum(s) * 3.0;
  const auto r = why_not_finite(y);
  CHECK(r.born == kind::adjoint);
  CHECK(r.node == id(s));
  CHECK(r.target == id(unit));
  CHECK(r.index == dims{1, 0});
  CHECK(r.number == inf);
  CHECK(r.cotangent == 3);
  CHECK(r.operands[0].value == "0");
  CHECK(r.path.front() == id(s));
  CHECK(r.path.back() == id(y));
  CHECK(contains(r.text(), "sqrt in s"));
  CHECK(contains(r.text(), "a gradient of 3 that arrives"));
  CHECK(r.notes.at(id(s)).how == annotation::mood::bad);
  // The graph's own adjoints are as they were.
  CHECK(grad_state(x) == adjoint_state::not_computed);
  backward(sum(x));
  why_not_finite(y);
  CHECK(grad(x).at(1, 0) == 1);
  // A cotangent of 0 carries nothing.
  CHECK(!why_not_finite(sum(where(unit.value() > 0.0, s, 0.0))));
}

TEST_CASE("Finite contributions that add up to an infinity") {
  graph g;
  const tensor x = input(array{1e-10, 1.0}, "x"), a = x * 1.5e308, b = x * 1.4e308, y = sum(a * 1.0) * 1.0 + sum(b);
  // The value overflows as well, so only the first element is summed.
  const tensor first = sum(a * array{1.0, 0.0}) + sum(b * array{1.0, 0.0});
  CHECK(!std::isfinite(y.value().item()));
  const auto r = why_not_finite(first);
  CHECK(r.born == kind::sum);
  CHECK(r.target == id(x));
  CHECK(r.index == dims{0});
  CHECK(contains(r.text(), "adds up to inf at [0]"));
}

TEST_CASE("Scalars, and scalars among arrays") {
  graph g;
  const scalar p = input(2.0, "p"), q = input(0.0, "q"), l = log(q), y = l * p + 1;
  auto r = why_not_finite(y);
  CHECK(r.born == kind::value);
  CHECK(r.node == id(l));
  CHECK(r.index.size() == 0);
  CHECK(contains(r.text(), "log gives -inf in #2. Its operands are finite: q #1 is 0."));
  const scalar s = sqrt(q), w = s + p;
  r = why_not_finite(w);
  CHECK(r.born == kind::adjoint);
  CHECK(r.node == id(s));
  CHECK(r.target == id(q));
  CHECK(contains(why_not_finite(p * p).text(), "All finite"));
  const tensor mixed = sum(array{1.0, 2.0} * (l * 1.0));
  r = why_not_finite(mixed);
  CHECK(r.node == id(l));
  CHECK(r.path.back() == id(mixed));
  CHECK_THROWS_AS(why_not_finite(2.5), error);
  CHECK_THROWS_AS(why_not_finite(tensor(array{1.0})), error);
}

TEST_CASE("Long ways are shortened in words, not in the list") {
  graph g;
  tensor x = log(input(zeros({2}), "x"));
  for (int i = 0; i < 30; ++i) x = x + 1.0;
  const auto r = why_not_finite(x);
  CHECK(r.path.size() == 31);
  CHECK(contains(r.text(), "→ … 23 more →"));
  CHECK(r.notes.size() == 31);
}
