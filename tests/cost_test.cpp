// What nodes cost: bytes from mathematics, and times that must be in proportion.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <autodiff/see/cost.hpp>
#include <doctest/doctest.h>

#include "message.hpp"

using namespace seegrad;

namespace {

auto of(const cost_report& r, const tensor& x) -> cost_report::cost {
  const auto k = graph::active().id(x.ref(), "test");
  const auto at = std::find_if(r.costs.begin(), r.costs.end(), [&](const auto& c) { return c.node == k; });
  REQUIRE(at != r.costs.end());
  return *at;
}

}  // namespace

TEST_CASE("a product costs more than a view, the dearest comes first, and all bytes are counted once") {
  graph g;
  generator random(1);
  const tensor a = input(randn(random, {120, 120}), "a"), b = input(randn(random, {120, 120}), "b");
  const tensor p = matmul(a, b), flat = reshape(p, {-1}), unused = exp(a), y = sum(flat);
  const auto r = node_costs(y);
  REQUIRE(r.costs.size() == 5);
  CHECK(of(r, p).forward > of(r, flat).forward);  // 120³ operations against a view
  CHECK(of(r, p).back > 0);
  for (std::size_t i = 1; i < r.costs.size(); ++i) CHECK(r.costs[i - 1].seconds() >= r.costs[i].seconds());
  const std::size_t matrix = 120 * 120 * sizeof(double);
  CHECK(of(r, a).bytes == 2 * matrix);
  CHECK(of(r, a).seconds() == 0);
  CHECK(of(r, flat).bytes <= matrix);  // a view; its adjoint may be one, too
  double forward = 0, back = 0;
  std::size_t bytes = 0;
  for (const auto& c : r.costs) forward += c.forward, back += c.back, bytes += c.bytes;
  CHECK(r.forward == doctest::Approx(forward));
  CHECK(r.back == doctest::Approx(back));
  CHECK(r.bytes == bytes);
  CHECK(contains(r.text(), "COST: "));
  CHECK(contains(r.text(), "matmul"));
  CHECK(contains(r.notes.at(g.id(p.ref(), "test")).text, " forward, "));
  CHECK(contains(r.notes.at(g.id(a.ref(), "test")).text, "230 kB"));
  static_cast<void>(unused);
}

TEST_CASE("costs of scalars; a constant has none") {
  graph g;
  const scalar x = input(1.0, "x"), y = exp(sin(x));
  const auto r = node_costs(y);
  REQUIRE(r.costs.size() == 3);
  CHECK(r.forward > 0);
  CHECK(r.back > 0);
  CHECK(r.bytes == 3 * 2 * sizeof(double));
  CHECK(x.value() == 1.0);
  CHECK(contains(message_of([] { node_costs(scalar(2.0)); }), "node_costs"));
}
