// One graph a thread, without locks. Also run with -fsanitize=thread.
#include <autodiff/autodiff.hpp>

#include <barrier>
#include <cmath>
#include <doctest/doctest.h>
#include <future>
#include <random>
#include <string>
#include <thread>

using namespace seegrad;

namespace {

constexpr int threads = 4;

/// A computation with names, scopes, nested graphs, rewinds, errors and second derivatives, different for each seed.
auto compute(unsigned seed) -> std::vector<double> {
  std::vector<double> out;
  std::mt19937 random(seed);
  graph g;
  std::vector<scalar> x;
  for (int i = 0; i < 5; ++i) x.push_back(input(0.1 + 0.2 * i, "x" + std::to_string(i)));
  for (int round = 0; round < 200; ++round) {
    const rewind_scope back;
    const scope in("round");
    std::vector<scalar> made = x;
    for (int i = 0; i < 60; ++i) {
      const auto a = made[random() % made.size()], b = made[random() % made.size()];
      switch (random() % 5) {
        case 0: made.push_back(sin(a) * 1.5); break;
        case 1: made.push_back(fma(a, b, 0.5)); break;
        case 2: made.push_back(lgamma(2 + a * a)); break;
        case 3: made.push_back(clamp(a - b, -1, 1)); break;
        default: made.push_back(tanh(a + b));
      }
    }
    const scalar y = named(tanh(made.back()) + made[30], "y");
    for (const double d : gradient(y, x)) out.push_back(d);
    out.push_back(hessian(y, x)(0, 1));

    graph inner;
    const scalar z = input(y.value());
    out.push_back(gradient(exp(-z * z), wrt(z))[0]);
    try {
      const scalar wrong = z + y;
      out.push_back(wrong.value());
    } catch (const error&) {
      out.push_back(-1);
    }
  }
  return out;
}

auto same(const std::vector<double>& a, const std::vector<double>& b) -> bool {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

}  // namespace

TEST_CASE("several threads record and differentiate at the same time") {
  std::vector<std::vector<double>> alone;
  for (unsigned t = 0; t < threads; ++t) alone.push_back(compute(t));
  REQUIRE(alone[0].size() == 200 * 8);
  CHECK_FALSE(same(alone[0], alone[1]));

  std::vector<std::vector<double>> together(threads);
  std::barrier start(threads);
  std::vector<std::thread> running;
  for (unsigned t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      start.arrive_and_wait();
      together[t] = compute(t);
    });
  for (auto& r : running) r.join();
  for (unsigned t = 0; t < threads; ++t) CHECK(same(together[t], alone[t]));
}

TEST_CASE("a graph is active on its own thread only") {
  graph g;
  CHECK(&graph::active() == &g);
  std::async(std::launch::async, [] {
    CHECK_FALSE(graph::is_active());
    CHECK_THROWS_AS(graph::active(), error);
    CHECK_THROWS_AS(input(1.0), error);
  }).get();
  CHECK(&graph::active() == &g);
}

TEST_CASE("a handle used on the wrong thread is an error") {
  graph g;
  const scalar x = input(2.0, "x"), y = sin(x);
  backward(y);
  const auto size = g.size();
  std::async(std::launch::async, [&] {
    // Without a graph there, and with one.
    CHECK_THROWS_AS(x + 1, error);
    CHECK_THROWS_AS(grad(x), error);
    graph h;
    const scalar z = input(1.0);
    CHECK_THROWS_AS(sin(x), error);
    CHECK_THROWS_AS(x + 1, error);
    CHECK_THROWS_AS(z * x, error);
    CHECK_THROWS_AS(fma(z, x, 1), error);
    CHECK_THROWS_AS(backward(y), error);
    CHECK_THROWS_AS(grad(x), error);
    CHECK_THROWS_AS(named(x, "x"), error);
    CHECK_THROWS_AS(gradient(z, wrt(x)), error);
    CHECK(h.size() == 1);
    // Values may go wherever they like.
    CHECK(gradient(z * x.value() + detach(y), wrt(z))[0] == 2);
  }).get();
  CHECK(g.size() == size);
  CHECK(grad(x) == std::cos(2.0));
}

TEST_CASE("handles of many threads are all told apart") {
  // Each thread makes and leaves graphs; no handle of one is ever good in another.
  std::vector<std::vector<scalar>> left(threads);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (int i = 0; i < 5000; ++i) {
        graph g;
        left[static_cast<std::size_t>(t)].push_back(input(1.0));
      }
    });
  for (auto& r : running) r.join();
  graph g;
  int thrown = 0;
  for (const auto& of_one : left)
    for (const auto& x : of_one) {
      try {
        sin(x);
      } catch (const error&) {
        ++thrown;
      }
    }
  CHECK(thrown == threads * 5000);
  CHECK(g.size() == 0);
}

TEST_CASE("no_record and nested graphs keep to their thread") {
  graph g;
  const scalar x = input(1.0);
  const no_record quiet;
  CHECK(sin(x).is_constant());
  std::async(std::launch::async, [] {
    graph h;
    const scalar z = input(2.0);
    CHECK_FALSE(sin(z).is_constant());
    {
      graph inner;
      CHECK_THROWS_AS(z + 1, error);
    }
    CHECK_FALSE((z + 1).is_constant());
  }).get();
  CHECK(sin(x).is_constant());
}
