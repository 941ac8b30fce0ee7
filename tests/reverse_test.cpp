// The sweeps: known gradients, accumulation, what cannot be reached, and graphs that are deep, shared and wide.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>

#include "seconds.hpp"

using namespace seegrad;

TEST_CASE("J = 3(a + bc): the numbers of the course") {
  graph g;
  const auto a = input(7, "a"), b = input(4, "b"), c = input(2, "c");
  const auto u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
  CHECK(J.value() == 45);
  backward(J);
  CHECK(grad(J) == 1);
  CHECK(grad(v) == 3);
  CHECK(grad(u) == 3);
  CHECK(grad(a) == 3);
  CHECK(grad(b) == 6);
  CHECK(grad(c) == 12);
  CHECK(gradient(J, wrt(c, a)) == std::array{12.0, 3.0});
  CHECK(gradient(J, std::vector{b, c}) == std::vector{6.0, 12.0});
  CHECK(jvp(J, wrt(a, b, c), std::array{1.0, 10.0, 100.0}) == 3 + 60 + 1200);
}

TEST_CASE("each sweep starts from zero, and several outputs accumulate with weights") {
  graph g;
  const auto x = input(3), y = x * x, z = 2 * x;
  backward(y);
  backward(y);
  CHECK(grad(x) == 6);
  backward(y, 10);
  CHECK(grad(x) == 60);
  backward(std::array{y, z}, std::array{1.0, -5.0});
  CHECK(grad(x) == 6 - 10);
  backward(std::array{y, y}, std::array{1.0, 1.0});
  CHECK(grad(x) == 12);
  CHECK(vjp(std::array{y, z}, std::array{0.5, 1.0}, std::array{x}) == std::vector{5.0});
  backward(std::array{z, y}, std::array{1.0, 1.0});  // the later node is not the last one named
  CHECK(grad(x) == 8);
  CHECK_THROWS_AS(backward(std::array{y, z}, std::array{1.0}), error);
}

TEST_CASE("not computed, structurally zero and zero are three things") {
  graph g;
  const auto x = input(3), apart = input(5), used = input(7);
  const auto y = x * x + 0 * used;
  CHECK(grad_state(x) == adjoint_state::not_computed);
  CHECK_THROWS_AS(grad(x), error);
  backward(y);
  CHECK(grad_state(x) == adjoint_state::number);
  CHECK(grad_state(apart) == adjoint_state::structural_zero);
  CHECK(grad(apart) == 0);
  CHECK(grad_state(used) == adjoint_state::number);
  CHECK(grad(used) == 0);
  const auto later = x + 1;
  CHECK(grad_state(later) == adjoint_state::not_computed);
  CHECK_THROWS_AS(grad(later), error);
  CHECK(grad(x) == 6);  // earlier nodes keep theirs
}

TEST_CASE("constants fold, have no nodes, and have the gradient 0 as outputs") {
  graph g;
  const scalar two = 2.0, three = two + 1;
  CHECK(g.size() == 0);
  CHECK(three.is_constant());
  CHECK(sin(three).is_constant());
  const auto x = input(1);
  CHECK(gradient(three, wrt(x))[0] == 0);
  CHECK_THROWS_AS(backward(three), error);
  CHECK_THROWS_AS(grad(three), error);
  const auto y = three * x * three;
  CHECK(gradient(y, wrt(x))[0] == 9);
  CHECK(g.size() == 5);
}

TEST_CASE("detach and no_record cut the graph") {
  graph g;
  const auto x = input(3);
  CHECK(gradient(x * detach(x), wrt(x))[0] == 3);
  scalar y;
  const auto before = g.size();
  {
    const no_record off;
    y = x * x;
    const no_record again;
    y = y + x;
  }
  CHECK(g.size() == before);
  CHECK(y.value() == 12);
  CHECK(y.is_constant());
  CHECK(gradient(x * y, wrt(x))[0] == 12);
}

TEST_CASE("a zero adjoint contributes nothing, even to an infinite slope") {
  graph g;
  const auto x = input(0);
  CHECK(gradient(0 * sqrt(x), wrt(x))[0] == 0);
  CHECK(gradient(sqrt(x), wrt(x))[0] == infinity);
}

TEST_CASE("a chain of ten million nodes") {
  graph g;
  const auto x = input(1);
  auto y = x;
  for (int i = 0; i < 5'000'000; ++i) y = 1.0 * y;
  CHECK(g.size() == 10'000'001);
  CHECK(gradient(y, wrt(x))[0] == 1);
  CHECK(g.memory().adjoints == 0);
  backward(y);
  CHECK(grad(x) == 1);
  CHECK(g.memory().record == 10'000'001 * 16);
  CHECK(g.memory().adjoints == 10'000'001 * 8);
}

TEST_CASE("shared: 60 doublings are 2^60 paths") {
  graph g;
  const auto x = input(1);
  auto y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  CHECK(gradient(y, wrt(x))[0] == std::exp2(60));
  CHECK(g.size() == 61);
  CHECK(recorded_gradient(y, wrt(x))[0].value() == std::exp2(60));
}

TEST_CASE("wide: a sum of a million terms, and a node with a million users") {
  graph g;
  std::vector<scalar> x;
  for (int i = 0; i < 1'000'000; ++i) x.push_back(input(i));
  scalar sum = 0;
  for (const auto& e : x) sum += e;
  CHECK(sum.value() == 999999.0 * 500000);
  const auto d = gradient(sum, x);
  CHECK(std::all_of(d.begin(), d.end(), [](double v) { return v == 1; }));

  const auto hub = input(2);
  scalar total = 0;
  for (int i = 0; i < 1'000'000; ++i) total += hub * x[static_cast<std::size_t>(i)];
  CHECK(gradient(total, wrt(hub))[0] == 999999.0 * 500000);
}

TEST_CASE("time grows in proportion to the graph") {
  const auto seconds_for = [](int n) {
    graph g;
    const auto x = input(0.5);
    const auto run = [&] {
      const rewind_scope temporary;
      auto y = x;
      for (int i = 0; i < n; ++i) y = sin(y) + y * x;
      return gradient(y, wrt(x))[0];
    };
    run();
    return seconds(run);
  };
  // Forty times the work; a quadratic sweep would need 1600 times the time.
  CHECK(seconds_for(2'000'000) < 400 * std::max(seconds_for(50'000), 1e-4));
}

TEST_CASE("second derivatives: sin(x) x, and a Hessian known by hand") {
  graph g;
  const auto x = input(0.5), y = sin(x) * x;
  const auto [d1] = recorded_gradient(y, wrt(x));
  const auto [d2] = recorded_gradient(d1, wrt(x));
  CHECK(d1.value() == doctest::Approx(0.5 * std::cos(0.5) + std::sin(0.5)));
  CHECK(d2.value() == doctest::Approx(2 * std::cos(0.5) - 0.5 * std::sin(0.5)));
  CHECK(gradient(d2, wrt(x))[0] == doctest::Approx(-3 * std::sin(0.5) - 0.5 * std::cos(0.5)));

  const auto a = input(2), b = input(3), c = input(4);
  const auto f = a * a * b + b / c;
  const auto size = g.size();
  const auto h = hessian(f, std::array{a, b, c});
  CHECK(g.size() == size);
  CHECK((a * b).value() == 6);  // handles from before are still good
  const double expected[] = {2 * 3, 2 * 2, 0, 2 * 2, 0, -1 / 16.0, 0, -1 / 16.0, 2 * 3 / 64.0};
  for (std::size_t i = 0; i < 9; ++i) CHECK(h.elements<double>()[i] == doctest::Approx(expected[i]));
  const auto j = jacobian(std::array{a * b, b - c}, std::array{a, b, c});
  CHECK(j.to_vector<double>() == std::vector{3.0, 2.0, 0.0, 0.0, 1.0, -1.0});
}

TEST_CASE("forward mode by dual numbers, nested too") {
  const auto f = [](const auto& x) { return sin(x[0]) * x[1] + pow(x[0], 2) / x[1]; };
  const auto d = jvp(f, {0.5, 2.0}, {1.0, 0.5});
  CHECK(d.value == doctest::Approx(std::sin(0.5) * 2 + 0.125));
  CHECK(d.tangent == doctest::Approx(std::cos(0.5) * 2 + 0.5 + 0.5 * (std::sin(0.5) - 0.0625)));
  const dual<dual<>> x{{0.5, 1.0}, {1.0, 0.0}};
  CHECK((sin(x) * x).tangent.tangent == doctest::Approx(2 * std::cos(0.5) - 0.5 * std::sin(0.5)));
  CHECK_THROWS_AS(jvp(f, {0.5, 2.0}, {1.0}), error);
}

TEST_CASE("what is computed but not used cannot poison the gradient") {
  graph g;
  const auto x = input(0), z = input(3);
  const auto unused = log(x) * x, overflow = exp(1000 * z) * z;
  const auto y = select(x < 0, unused, z * z) + 0 * overflow.value();
  CHECK(std::isnan(y.value()));  // 0 * inf in the value itself is the program's own
  const auto kept = select(scalar(1.0), z * z, overflow * unused);
  CHECK(gradient(kept, wrt(x, z)) == std::array{0.0, 6.0});
  CHECK(std::isnan(gradient(log(x - 1), wrt(x))[0]) == false);
  CHECK(gradient(log(x - 1), wrt(x))[0] == -1);
  CHECK(std::isnan(gradient(sqrt(x - 1), wrt(x))[0]));
}

TEST_CASE("poison is found at an input that was made late, too") {
  graph g;
  const auto first = input(2), start = first * 1.0;  // what follows is not a leading leaf
  const auto x = input(0), y = select(scalar(1.0), start, log(x));
  CHECK(gradient(y, wrt(first, x)) == std::array{1.0, 0.0});
}
