// What a gradient is made of: the ways to the output, and why there is nothing.
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

using namespace seegrad;

namespace {

// Every way from x to y, by recursion.
auto all_ways(const graph& g, node_id x, node_id k, double product, std::vector<double>& out) -> void {
  if (k == x) return out.push_back(product);
  if (g.is_leaf(k)) return;
  double values[max_arity];
  const auto& op = *g.op(k);
  for (int i = 0; i < op.arity; ++i) values[i] = g.value(g.operands(k)[i]);
  for (int i = 0; i < op.arity; ++i)
    if (const double slope = op.partial(i, values, g.value(k)); slope != 0)
      all_ways(g, x, g.operands(k)[i], slope * product, out);
}

}  // namespace

TEST_CASE("the largest ways of random records, against all of them") {
  std::mt19937 draw(9);
  for (int round = 0; round < 60; ++round) {
    graph g;
    const scalar x = input(0.7);
    std::vector<scalar> v{x, input(-0.4), sin(x)};
    for (int i = 0; i < 9; ++i) {
      const scalar a = v[draw() % v.size()], b = v[v.size() - 1 - draw() % 2];
      v.push_back(draw() % 3 == 0 ? a - 2 * b : draw() % 2 ? a * b : cos(a) / b);
    }
    const scalar y = v.back() + v[v.size() - 2];
    std::vector<double> ways;
    all_ways(g, g.id(x.ref(), ""), g.id(y.ref(), ""), 1, ways);
    std::ranges::sort(ways, [](double a, double b) { return std::abs(a) > std::abs(b); });
    double sizes = 0, sum = 0;
    for (const double w : ways) sizes += std::abs(w), sum += w;
    CHECK(sum == doctest::Approx(gradient(y, x)).epsilon(1e-9).scale(sizes));
    for (std::size_t most : {1, 3, 1000}) {
      const auto found = largest_contributions(y, x, most);
      REQUIRE(found.size() == std::min(most, ways.size()));
      for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(std::abs(found[i].amount) == doctest::Approx(std::abs(ways[i])).scale(0));
        CHECK(found[i].share == doctest::Approx(std::abs(ways[i]) / sizes));
        // It is a way: each node uses the one before.
        CHECK(found[i].way.front() == g.id(x.ref(), ""));
        CHECK(found[i].way.back() == g.id(y.ref(), ""));
        for (std::size_t j = 1; j < found[i].way.size(); ++j) {
          bool uses = false;
          for (auto o : g.operands(found[i].way[j])) uses |= o == found[i].way[j - 1];
          CHECK(uses);
        }
      }
    }
  }
}

TEST_CASE("two uses of one operand are two ways") {
  graph g;
  const scalar x = input(3.0), y = x * x;
  const auto found = largest_contributions(y, x, 5);
  REQUIRE(found.size() == 2);
  CHECK(found[0].amount == 3);
  CHECK(found[1].amount == 3);
  CHECK(found[0].share == 0.5);
  CHECK(largest_contributions(y, x, 0).empty());
  CHECK(largest_contributions(x, y, 3).empty());
  CHECK(largest_contributions(x, x, 3).size() == 1);
  CHECK_THROWS_AS(largest_contributions(y, 2.0, 1), error);
  const tensor t = input(array({1.0, 2.0}));
  CHECK_THROWS_WITH_AS(largest_contributions(item(sum(t * x)), x, 1), doctest::Contains("no number"), error);
}

TEST_CASE("why a derivative is zero") {
  using kind = zero_report::kind;
  graph g;
  const scalar x = input(-2.0, "x"), z = input(1.0, "z");
  CHECK(!why_zero(x * z, x));
  CHECK(why_zero(sin(z), x).why == kind::structural);
  CHECK(why_zero(sin(z), x).text().starts_with("ZERO: no way leads from x #0 to #"));
  CHECK(why_zero(z, x).why == kind::structural);

  const scalar off = relu(x), y = off * z + z;
  const auto blocked = why_zero(y, x);
  CHECK(blocked.why == kind::blocked);
  CHECK(blocked.places == std::vector{g.id(off.ref(), "")});
  CHECK(blocked.text().find("relu has the slope 0 at -2") != std::string::npos);
  CHECK(blocked.notes.contains(g.id(off.ref(), "")));

  // Further on than x: what x goes into is multiplied by 0, and chosen against.
  const scalar none = 0.0 * exp(x), other = max(exp(x), z);
  CHECK(why_zero(none + other, x).places.size() == 2);
  CHECK(why_zero(none + other, x).why == kind::blocked);

  const scalar u = exp(x), same = u - u;
  const auto cancelled = why_zero(same, x);
  CHECK(cancelled.why == kind::cancelled);
  CHECK(cancelled.places == std::vector{g.id(u.ref(), "")});
  const scalar at_zero = input(0.0);
  CHECK(why_zero(at_zero * at_zero, at_zero).why == kind::blocked);
  CHECK_THROWS_WITH_AS(why_zero(y, scalar(2.0)), doctest::Contains("why_zero"), error);
}

TEST_CASE("why the derivative by an array is zero") {
  using kind = zero_report::kind;
  graph g;
  const tensor x = input(array({-1.0, -2.0})), w = input(array({1.0, 1.0}));
  CHECK(!why_zero(sum(x * w), x));
  const auto r = why_zero(sum(relu(x) * w), x);
  CHECK(r.why == kind::blocked);
  CHECK(r.text().find("relu has the slope 0") != std::string::npos);
  CHECK(why_zero(sum(w), x).why == kind::structural);
  CHECK(why_zero(sum(exp(x) - exp(x)), x).why == kind::cancelled);
}
