// Programs against the record they are made of.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <random>
#include <thread>

#include "message.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

auto draw(std::mt19937& random, interval from) -> double {
  const double low = std::max(from.low, -3.0), high = std::min(from.high, 3.0);
  return std::uniform_real_distribution<double>(low, high)(random);
}
/// Equal, both NaN, or apart by rounding of an elementary function.
auto agree(double a, double b) -> bool {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= 1e-14 * std::max({std::abs(a), std::abs(b), 0.1});
}

/// What the record says at another point: recorded anew there.
struct random_function {
  unsigned seed;
  int steps = 60;

  auto operator()(const std::vector<scalar>& x) const -> scalar {
    std::mt19937 random(seed);
    auto v = x;
    const auto pick = [&]() -> const scalar& { return v[random() % v.size()]; };
    for (int i = 0; i < steps; ++i) {
      switch (random() % 9) {
        case 0: v.push_back(pick() + pick()); break;
        case 1: v.push_back(pick() * pick() * 0.25); break;
        case 2: v.push_back(pick() - 2 * pick()); break;
        case 3: v.push_back(tanh(pick())); break;
        case 4: v.push_back(sin(pick()) / (2 + cos(pick()))); break;
        case 5: v.push_back(max(pick(), pick())); break;
        case 6: v.push_back(exp(-square(tanh(pick())))); break;
        case 7: v.push_back(sqrt(1 + square(tanh(pick())))); break;
        default: {
          const auto& a = pick();
          v.push_back(a > 0.3 ? a * 0.5 : sin(a));  // a branch of the program
        }
      }
    }
    return v.back() + v[v.size() - 2] * v[v.size() / 2];
  }
};

}  // namespace

TEST_CASE("every operation on numbers, as a program, at one point and at many") {
  std::mt19937 random(3);
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    graph g;
    std::vector<scalar> x;
    for (int i = 0; i < op->arity; ++i) x.push_back(input(draw(random, op->samples[static_cast<std::size_t>(i)])));
    scalar y;
    op->record(x.data(), y);
    const auto p = compile(y, x);
    const auto n = x.size();
    constexpr std::size_t count = 133;  // more than a block, and a rest
    std::vector<double> points, values(count), slopes(count * n), one(n);
    for (std::size_t k = 0; k < count * n; ++k) points.push_back(draw(random, op->samples[k % n]));
    p.values_and_gradients_at(points, values, slopes);
    for (std::size_t k = 0; k < count; ++k) {
      const std::span<const double> at(points.data() + k * n, n);
      graph again;
      std::vector<scalar> z;
      for (const double v : at) z.push_back(input(v));
      scalar w;
      op->record(z.data(), w);
      const auto d = gradient(w, z);
      CHECK(agree(values[k], w.value()));
      CHECK(p.value_and_gradient(at, one) == Approx(w.value()).epsilon(1e-15));
      for (std::size_t i = 0; i < n; ++i) CHECK(agree(slopes[k * n + i], d[i]));
      for (std::size_t i = 0; i < n; ++i) CHECK(agree(one[i], d[i]));
    }
  }
}

TEST_CASE("random programs with branches, against recording anew") {
  std::mt19937 random(11);
  int failed = 0, answered = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const random_function f{seed};
    graph g(with_guards);
    const auto x = inputs(std::array{0.5, -1.0, 2.0});
    const auto p = compile(f(x), x);
    for (int k = 0; k < 20; ++k) {
      std::vector<double> at, slopes(3);
      for (int i = 0; i < 3; ++i) at.push_back(draw(random, {-2, 2}));
      graph again(with_guards);
      const auto z = inputs(at);
      const auto y = f(z);
      const auto d = gradient(y, z);
      bool same = again.guards().size() == g.guards().size();
      for (std::size_t q = 0; same && q < g.guards().size(); ++q) same = g.guards()[q].answer == again.guards()[q].answer;
      try {
        const double value = p.value_and_gradient(at, slopes);
        ++answered;
        // It may answer where a branch that does not matter went the other way; never else.
        CHECK(agree(value, y.value()));
        for (std::size_t i = 0; i < 3; ++i) CHECK(slopes[i] == Approx(d[i]).epsilon(1e-12).scale(1e-12));
      } catch (const guard_failure&) {
        ++failed;
        CHECK(!same);
      }
    }
  }
  CHECK(failed > 20);
  CHECK(answered > 20);
}

TEST_CASE("the same bits as the sweep, in the order of the record") {
  graph g;
  const auto x = inputs(std::array{0.1, 0.7, -0.3});
  const scalar u = x[0] * x[1], v = u + x[2] * u, w = v * v - u / x[1], y = w * u + x[0];
  const auto p = compile(y, x);
  const auto d = gradient(y, x);
  std::vector<double> slopes(3);
  CHECK(p.value_and_gradient(std::array{0.1, 0.7, -0.3}, slopes) == y.value());
  CHECK(slopes == d);
}

TEST_CASE("what is written twice is computed once, what leads nowhere not at all, and constants stay") {
  graph g;
  const scalar a = input(2.0), b = input(3.0), frozen = input(5.0);
  const scalar unused = exp(a), first = a * b, second = b * a, c = sin(frozen) * 2, y = first + second + c;
  const auto p = compile(y, wrt(a, b));
  CHECK(p.size() == 3);  // a b, and two sums
  CHECK(p.value(std::array{1.0, 4.0}) == 8 + 2 * std::sin(5.0));
  CHECK(p.gradient(std::array{1.0, 4.0}) == std::vector{8.0, 2.0});
  CHECK(count(p.text(), " = mul(") == 1);
  CHECK(!contains(p.text(), "exp"));
  CHECK(!contains(p.text(), "sin"));
  static_cast<void>(unused);
}

TEST_CASE("several results, results that are inputs or constants, inputs that do not matter") {
  graph g;
  const scalar a = input(2.0), b = input(3.0), k = input(7.0);
  const scalar y = a * a;
  const auto p = compile(std::array{y, y, a, k}, std::array{a, b});
  std::vector<double> values(4), slopes(2);
  p.values(std::array{3.0, 1.0}, values);
  CHECK(values == std::vector{9.0, 9.0, 3.0, 7.0});
  p.vjp(std::array{3.0, 1.0}, std::array{1.0, 10.0, 100.0, 1000.0}, slopes, values);
  CHECK(slopes == std::vector{166.0, 0.0});
  const auto J = p.jacobian(std::array{3.0, 1.0});
  CHECK(J.to_vector<double>() == std::vector{6.0, 0.0, 6.0, 0.0, 1.0, 0.0, 0.0, 0.0});
  std::vector<double> many(8);
  p.values_at(std::array{3.0, 1.0, -1.0, 0.0}, many);
  CHECK(many == std::vector{9.0, 9.0, 3.0, 7.0, 1.0, 1.0, -1.0, 7.0});
  CHECK(contains(message_of([&] { p.value(std::array{3.0, 1.0}); }), "the program has 4 results"));
  CHECK(message_of([&] { p.values(std::array{3.0}, values); }) == "program::values: 1 numbers for a point; 2 are wanted");
}

TEST_CASE("derivatives of programs: Jacobians by batches of cotangents, products, second derivatives") {
  graph g(with_guards);
  const std::vector<double> at = {0.5, 1.5, -0.7};
  const auto x = inputs(at);
  std::vector<scalar> ys;
  for (int i = 0; i < 150; ++i) ys.push_back(i % 3 ? sin(x[0] * (0.1 * i)) * x[2] : x[1] > 0 ? x[1] * x[0] : x[2]);
  const auto p = compile(ys, x);
  const auto J = p.jacobian(at);
  std::vector<double> w(ys.size(), 0.0), row(3), dy(ys.size());
  for (std::size_t i = 0; i < ys.size(); ++i) {
    const auto d = gradient(ys[i], x);
    for (std::size_t j = 0; j < 3; ++j) CHECK(J(i, j) == Approx(d[j]).epsilon(1e-13));
    w[i] = 1, p.vjp(at, w, row), w[i] = 0;
    for (std::size_t j = 0; j < 3; ++j) CHECK(agree(J(i, j), row[j]));
  }
  const std::vector<double> v = {1.0, -2.0, 0.5};
  p.jvp(at, v, dy);
  for (std::size_t i = 0; i < ys.size(); ++i) CHECK(dy[i] == Approx(J(i, 0) - 2 * J(i, 1) + 0.5 * J(i, 2)).epsilon(1e-12));
  CHECK_THROWS_AS(p.jvp(std::vector{0.5, -1.5, 0.2}, v, dy), guard_failure);
  CHECK_THROWS_AS(p.jacobian(std::vector{0.5, -1.5, 0.2}), guard_failure);

  const scalar y = exp(x[0] * x[1]) + x[2] * x[2] * x[0] + 3 * x[1];
  const auto q = compile(y, x);
  const auto H = q.hessian(at);
  const auto expected = hessian([](const auto& z) { return exp(z[0] * z[1]) + z[2] * z[2] * z[0] + 3 * z[1]; }, at);
  std::vector<double> product(3);
  q.hvp(at, v, product);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(H(i, j) == Approx(expected(i, j)));
    CHECK(product[i] == Approx(H(i, 0) - 2 * H(i, 1) + 0.5 * H(i, 2)));
  }
  CHECK(compile(3 * x[0], x).hessian(at)(0, 0) == 0);
  CHECK(compile(x[0] * x[0], x).hessian(at)(0, 0) == 2);
  CHECK(contains(message_of([&] { p.hessian(at); }), "150 results"));
  CHECK(contains(message_of([&] { q.jvp(at, v, dy); }), "room for 150 changes"));
  const auto linear = traced([](const auto& z) { return 3 * z[0] - z[1]; });
  CHECK(hessian(linear, std::array{1.0, 2.0})(0, 1) == 0);
}

TEST_CASE("intermediate nodes as inputs") {
  graph g;
  const scalar x = input(2.0), u = x * x, y = sin(u) * u;
  const auto p = compile(y, wrt(u));
  CHECK(p.value(std::array{1.0}) == std::sin(1.0));
  CHECK(p.gradient(std::array{1.0})[0] == Approx(std::sin(1.0) + std::cos(1.0)));
}

TEST_CASE("guards, told with their place; a program never answers for another branch") {
  graph g(with_guards);
  const scalar x = input(2.0, "x"), y = x > 1 ? x * x : x;
  const auto p = compile(y, wrt(x));
  CHECK(p.value(std::array{3.0}) == 9);
  const auto text = message_of([&] { p.value(std::array{0.5}); });
  CHECK(contains(text, "guard 0"));
  CHECK(contains(text, "'x' > 1"));
  CHECK(contains(text, "was true while recording and is false now"));
  std::vector<double> values(200), slopes(200), points(200, 3.0);
  points[199] = 0.0;
  CHECK_THROWS_AS(p.values_and_gradients_at(points, values, slopes), guard_failure);
  CHECK_THROWS_AS(p.value_and_gradient(std::array{0.5}, std::span(slopes).first(1)), guard_failure);
}

TEST_CASE("one program, eight threads") {
  graph g;
  const auto x = inputs(std::array{0.5, 2.0});
  const auto p = compile(sin(x[0]) * exp(x[1] * x[0]), x);
  std::vector<double> expected(2);
  p.value_and_gradient(std::array{0.25, 1.0}, expected);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      std::vector<double> slopes(2);
      for (int k = 0; k < 2000; ++k) {
        p.value_and_gradient(std::array{0.25, 1.0}, slopes);
        wrong += slopes != expected;
      }
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("a large program, and a program of nothing") {
  graph g;
  const scalar x = input(1.0);
  scalar y = x;
  for (int i = 0; i < 300'000; ++i) y = y * 0.999999 + 1e-6;
  const auto p = compile(y, wrt(x));
  std::vector<double> slope(1);
  CHECK(p.value_and_gradient(std::array{1.0}, slope) == y.value());
  CHECK(slope[0] == gradient(y, x));
  const auto same = compile(x, wrt(x));
  CHECK(same.value_and_gradient(std::array{4.0}, slope) == 4);
  CHECK(slope[0] == 1);
  CHECK(contains(message_of([&] { compile(y, wrt(scalar(1.0))); }), "compile"));
}
