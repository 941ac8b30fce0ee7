// One graph a thread, without locks. scripts/threads runs this with -fsanitize=thread.
#include <autodiff/autodiff.hpp>

#include <barrier>
#include <cmath>
#include <doctest/doctest.h>
#include <future>
#include <memory>
#include <optional>
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

TEST_CASE("several threads sweep one record while each records in a graph of its own") {
  graph g;
  const auto W = input(full({8, 8}, 0.125), "W"), b = input(linspace(-1, 1, 8), "b");
  const auto x = input(0.5, "x");
  tensor h = b;
  for (int i = 0; i < 10; ++i) h = tanh(matmul(W, h)) * sin(x) + b;
  const auto y = sum(h), z = sum(square(h));
  const graph& record = g;
  const auto by_y = reverse(y), by_z = reverse(z);
  const auto expected = std::pair{by_y.of(x), by_z.of(x)};
  std::vector<char> good(threads, 0);
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < good.size(); ++t)
    running.emplace_back([&, t] {
      bool same = true;
      for (int round = 0; round < 20; ++round) {
        graph own;
        const auto v = input(b.value());  // the arrays are shared, and counted by all threads
        const auto a = reverse(record, t % 2 ? y : z);
        same = same && a.of(x) == (t % 2 ? expected.first : expected.second);
        same = same && identical(gradient(sum(v * v), wrt(v))[0], b.value() * 2.0);
        same = same && identical(a.of(W), (t % 2 ? by_y : by_z).of(W));
      }
      good[t] = same;
    });
  for (auto& r : running) r.join();
  for (const char ok : good) CHECK(ok);
}

TEST_CASE("a tensor used on the wrong thread is an error that says so") {
  graph g;
  const auto x = input(array{1.0, 2.0}, "x");
  const auto y = sum(square(x));
  std::async(std::launch::async, [&] {
    const auto said = [](auto f) -> std::string {
      try {
        f();
      } catch (const error& e) {
        return e.what();
      }
      return {};
    };
    for (const bool with_graph : {false, true}) {
      std::optional<graph> h;
      if (with_graph) h.emplace();
      for (const auto& words : {said([&] { matmul(x, x); }), said([&] { x + 1.0; }), said([&] { backward(y); }),
                                said([&] { gradient(y, wrt(x)); }), said([&] { grad(x); })}) {
        CAPTURE(words);
        CHECK(words.find("thread") != std::string::npos);
        CHECK(words.find('\n') == std::string::npos);
      }
    }
    CHECK(sum(x.value()).item() == 3);
  }).get();
  CHECK(identical(gradient(y, wrt(x))[0], array{2.0, 4.0}));
}

TEST_CASE("a thread that ends leaves its graph to who holds it") {
  std::unique_ptr<graph> left;
  scalar x, y;
  tensor u, v;
  std::thread([&] {
    left = std::make_unique<graph>();
    x = input(2.0), y = sin(x);
    u = input(array{1.0, 2.0}), v = sum(square(u));
  }).join();
  CHECK_FALSE(graph::is_active());
  CHECK(left->size() == 5);
  CHECK(y.value() == std::sin(2.0));
  const graph& record = *left;
  CHECK(reverse(record, y).of(x) == std::cos(2.0));
  CHECK(identical(reverse(record, v).of(u), array{2.0, 4.0}));
  CHECK_THROWS_AS(x + 1, error);
  {
    graph own;
    CHECK_THROWS_AS(x + 1, error);
    left.reset();
    CHECK(&graph::active() == &own);
    CHECK_THROWS_AS(sin(y), error);
  }
  CHECK(v.value().item() == 5);  // values stay
}

TEST_CASE("a thread that ends inside a graph of its own, again and again") {
  // Each leaves its spare memory with its thread, and handles to values with this one.
  std::vector<array> values(threads);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < values.size(); ++t)
      running.emplace_back([&, t] {
        graph g;
        const auto x = input(full({100}, static_cast<double>(t)));
        const auto y = sum(exp(x * 0.5) * x);
        values[t] = gradient(y, wrt(x))[0];
      });
    for (auto& r : running) r.join();
  }
  for (std::size_t t = 0; t < values.size(); ++t) {
    const auto k = static_cast<double>(t);
    CHECK(values[t].at(0) == doctest::Approx(std::exp(k / 2) * (1 + k / 2)));
  }
}
