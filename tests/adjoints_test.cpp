// Adjoints outside the graph: several sets at once, several threads on one record, a sweep of a part of it. Also run with -fsanitize=thread.
#include <autodiff/array/create.hpp>
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <chrono>
#include <cmath>
#include <doctest/doctest.h>
#include <optional>
#include <thread>

#include "message.hpp"

using namespace seegrad;

TEST_CASE("two sets at once, beside the one that the graph keeps") {
  graph g;
  const auto x = input(2.0), y = input(3.0);
  const auto u = x * y, v = sin(x) + u;
  backward(u);
  const auto a = reverse(v), b = reverse(u, 10.0);
  CHECK(a.of(x) == std::cos(2.0) + 3);
  CHECK(a.of(y) == 2);
  CHECK(a.of(u) == 1);
  CHECK(b.of(x) == 30);
  CHECK(b.of(y) == 20);
  CHECK(b.of(v) == 0);
  CHECK(grad(x) == 3);
  CHECK(a.state(g.id(v.ref(), "")) == adjoint_state::number);
  CHECK(b.state(g.id(v.ref(), "")) == adjoint_state::structural_zero);
  CHECK(gradient(v, wrt(y))[0] == 2);
  CHECK(grad(x) == 3);  // what backward() left is still there
}

TEST_CASE("sets of arrays, with scalars between") {
  graph g;
  const auto W = input(array{{1.0, 2.0}, {3.0, 4.0}}), x = input(array{1.0, -1.0});
  const auto k = input(2.0);
  const auto h = k * matmul(W, x);            // (-2, -2)
  const auto y = sum(square(h)), z = sum(h);  // 8, -4
  const auto a = reverse(y), b = reverse(z), c = reverse(h, array{0.0, 3.0}), d = reverse(y, adjoints::inputs);
  CHECK(identical(a.of(h), array{-4.0, -4.0}));
  CHECK(identical(a.of(W), array{{-8.0, 8.0}, {-8.0, 8.0}}));
  CHECK(a.of(k) == 8);  // 2 y / k
  CHECK(identical(b.of(x), array{8.0, 12.0}));
  CHECK(b.of(k) == -2);
  CHECK(identical(c.of(x), array{18.0, 24.0}));
  CHECK(identical(d.of(W), a.of(W)));
  CHECK(message_of([&] { d.of(h); }).find("adjoints::all") != std::string::npos);
  CHECK(grad_state(x) == adjoint_state::not_computed);
  CHECK(message_of([&] { reverse(h); }).starts_with("reverse: the output has the shape [2]"));
}

TEST_CASE("a gradient by what lies inside") {
  graph g;
  const auto x = input(array{1.0, 2.0});
  const auto u = square(x), y = sum(u * u * x);
  // d/du of Σ u² x is 2 u x, as if u were free.
  CHECK(identical(gradient(y, wrt(u))[0], array{2.0, 16.0}));
  const auto [du, dx] = gradient(y, wrt(u, x));
  CHECK(identical(du, array{2.0, 16.0}));
  CHECK(identical(dx, array{5.0, 80.0}));  // 5 x⁴
  const auto s = input(3.0), t = s * s, r = t * s;
  CHECK(gradient(r, wrt(t))[0] == 3);
  CHECK(gradient(t, wrt(r))[0] == 0);
  CHECK(jvp(r, wrt(t), std::array{1.0}) == 3);
  CHECK(recorded_gradient(r, wrt(t))[0].value() == 3);
  // The careful sweep is done for an end that is no input, too.
  const auto o = input(0.0), p = 1.0 * o, q = where(0.0, sqrt(p), 0.0);
  CHECK(gradient(q, wrt(p))[0] == 0);
}

TEST_CASE("a set throws once what it covers is rewound, and for what came later") {
  graph g;
  const auto x = input(2.0);
  const auto mark = g.mark();
  const auto y = x * x;
  const auto a = reverse(y);
  const auto later = x + 1.0;
  CHECK(message_of([&] { a.of(later); }).find("no reverse sweep has covered") != std::string::npos);
  CHECK(a.of(x) == 4);
  g.rewind(mark);
  const auto again = x * 5.0;
  CHECK(message_of([&] { a.of(x); }).find("rewound") != std::string::npos);
  CHECK(reverse(again).of(x) == 5);
  std::optional<adjoints> moved = reverse(again);
  auto other = std::move(*moved);
  moved.reset();
  CHECK(other.of(x) == 5);
}

TEST_CASE("several threads sweep one graph") {
  graph g;
  constexpr int n = 400;
  std::vector<scalar> x;
  for (int i = 0; i < n; ++i) x.push_back(input(0.01 * i));
  const auto W = input(full({20, 20}, 0.1));
  scalar s = 0;
  for (const auto& v : x) s += sin(v) * v;
  tensor h = input(ones({20}));
  for (int i = 0; i < 30; ++i) h = tanh(matmul(W, h)) + s * 1e-3;
  const auto y = sum(h);
  const auto c = sum(softmax(h));
  const graph& record = g;
  const auto expected = reverse(y), flat = reverse(c);
  const auto dW = expected.of(W), fW = flat.of(W);
  std::vector<std::thread> threads;
  std::vector<char> good(4, 0);
  for (std::size_t t = 0; t < good.size(); ++t)
    threads.emplace_back([&, t] {
      bool same = true;
      for (int round = 0; round < 20; ++round) {
        const auto a = reverse(record, t % 2 ? y : c);
        same &= identical(a.of(W), t % 2 ? dW : fW);
        for (const auto& v : x) same &= a.of(v) == (t % 2 ? expected : flat).of(v);
        same &= a.state(0) == adjoint_state::number;
      }
      good[t] = same;
    });
  for (auto& t : threads) t.join();
  for (const char ok : good) CHECK(ok);
}

TEST_CASE("a part of a long record costs what the part costs") {
  using clock = std::chrono::steady_clock;
  const auto time_of = [](auto f) {
    auto best = std::chrono::duration<double>::max();
    for (int round = 0; round < 20; ++round) {
      const auto begin = clock::now();
      for (int i = 0; i < 20; ++i) f();
      best = std::min<std::chrono::duration<double>>(best, clock::now() - begin);
    }
    return best.count();
  };
  const auto part = [] {
    const auto a = input(0.5);
    scalar b = a;
    for (int i = 0; i < 50; ++i) b = sin(b) * 1.25;
    return std::pair(a, b);
  };
  const auto all_ways = [&](const scalar& a, const scalar& b) {
    const std::array xs{a};
    double sum = 0;
    sum += gradient(b, wrt(a))[0] + jvp(b, xs, std::array{1.0});
    const rewind_scope back;
    return sum + recorded_gradient(b, wrt(a))[0].value();
  };
  double alone = 0, inside = 0;
  {
    graph g;
    const auto ends = part();
    alone = time_of([&] { all_ways(ends.first, ends.second); });
  }
  {
    graph g;
    const auto x = input(array{1.0, 2.0});
    scalar s = input(1.0);
    tensor t = x;
    for (int i = 0; i < 20000; ++i) s = s * 0.5 + 1.0, t = i % 100 ? t : t + x;
    const auto ends = part();
    for (int i = 0; i < 20000; ++i) s = s * 0.5 + ends.second, t = i % 100 ? t : t * 0.5;
    const auto c = item(sum(t)) + s;
    inside = time_of([&] { all_ways(ends.first, ends.second); });
    CHECK(gradient(c, wrt(ends.first))[0] != 0);
  }
  CAPTURE(alone);
  CAPTURE(inside);
  CHECK(inside < 4 * alone + 1e-4);  // the record is a thousand times as long as the part
}
