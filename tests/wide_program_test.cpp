// Programs of one point that were turned sideways (run/wide), against the record and against the same program run many points at a time.

#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>

#include "draw.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

/// Equal, or apart by rounding of an elementary function.
auto agree(double a, double b) -> bool { return a == b || std::abs(a - b) <= 1e-14 * std::max({std::abs(a), std::abs(b), 0.1}); }

}  // namespace

namespace {

// A program that repeats itself: sums of many terms, few of many, neighbours, shared parameters, a branch, constants, operations without loops of their own.
template <class T>
auto repeating(std::span<const T> x) -> std::vector<T> {
  const std::size_t n = x.size() - 3;
  T sum = 0.0, product_sum = 0.0;
  std::vector<T> columns(10, T(0.5));
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const T u = exp(-x[n] * x[i]) + x[n + 1] * square(x[i + 1]) - 3.0 / (1 + square(x[i]));
    sum += u;
    product_sum += u * x[i] + tanh(x[n + 2] - x[i]) * (x[i] < 0.1 ? -1.0 : 1.0);
    columns[i % 10] += sqrt(1 + u * u) * x[(7 * i) % n];
  }
  T all = sum * product_sum;
  for (std::size_t j = 0; j < 10; ++j) all += columns[j] * columns[(j + 3) % 10] / x[n];
  return {all, sum, T(x[0]), columns[4]};
}

}  // namespace

TEST_CASE("a program that repeats itself, against the record, at one point and at many") {
  constexpr std::size_t n = 403;
  std::mt19937_64 random(2);
  std::vector<double> at;
  for (std::size_t i = 0; i < n; ++i) at.push_back(draw(random, {0.2, 1.5}));
  graph g(with_guards);
  const auto x = inputs(at);
  const auto ys = repeating(std::span<const scalar>(x));
  const auto p = compile(ys, x), one = compile(ys[0], x), narrow = compile(ys, x, backend::machine_code);
  CHECK(p.size_with_slopes() > 2000);
  const std::vector<double> w = {1.0, -2.0, 3.0, 0.5};
  for (int turn = 0; turn < 3; ++turn) {
    graph again;
    const auto z = inputs(at);
    const auto expected = repeating(std::span<const scalar>(z));
    scalar sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum = sum + w[i] * expected[i];
    const auto d = gradient(sum, z);
    std::vector<double> y(4), slopes(n), y2(4), slopes2(n), alone(4);
    p.vjp(at, w, slopes, y);
    p.values(at, alone);
    CHECK(alone == y);
    narrow.vjp(at, w, slopes2, y2);
    for (std::size_t i = 0; i < 4; ++i) CHECK(agree(y[i], expected[i].value()));
    for (std::size_t i = 0; i < n; ++i) CHECK(slopes[i] == Approx(d[i]).epsilon(1e-11).scale(1e-11));
    for (std::size_t i = 0; i < n; ++i) CHECK(slopes2[i] == Approx(d[i]).epsilon(1e-11).scale(1e-11));
    for (auto& v : at) v = draw(random, {0.2, 1.5});
  }
  std::vector<double> points, values(20), all(20 * n), slope(n);
  for (std::size_t k = 0; k < 20 * n; ++k) points.push_back(draw(random, {0.2, 1.5}));
  one.values_and_gradients_at(points, values, all);
  for (std::size_t k = 0; k < 20; ++k) {
    CHECK(agree(one.value_and_gradient(std::span(points).subspan(k * n, n), slope), values[k]));
    for (std::size_t i = 0; i < n; ++i) CHECK(all[k * n + i] == Approx(slope[i]).epsilon(1e-12).scale(1e-12));
  }
  at[5] = 0.05;
  CHECK_THROWS_AS(p.values(at, std::span(values).first(4)), guard_failure);
  points[13 * n + 7] = 0.0;
  CHECK_THROWS_AS(one.values_and_gradients_at(points, values, all), guard_failure);
}

namespace {

// Loops whose operands lie in stretches: rows, columns, backwards, the same for a while, triangles; so many that a program of it runs sideways whatever
// it has to bring together.
template <class T>
auto loops(std::span<const T> x) -> T {
  constexpr std::size_t n = 40;
  const auto a = [&](std::size_t i, std::size_t j) { return x[i * n + j]; };
  const auto b = [&](std::size_t i, std::size_t j) { return x[n * n + i * n + j]; };
  T all = 0.0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      T sum = 0.0, back = 0.0;
      for (std::size_t k = 0; k < n; ++k) sum += a(i, k) * b(k, j);
      for (std::size_t k = 0; k <= j; ++k) back += a(i, k) * b(j, j - k);
      all += sum * back;
    }
  return all;
}

}  // namespace

TEST_CASE("operands in stretches of every step") {
  std::mt19937_64 random(3);
  std::vector<double> at(2 * 40 * 40), other = at;
  for (auto& v : at) v = draw(random, {-1.0, 1.0});
  for (auto& v : other) v = draw(random, {-1.0, 1.0});
  const auto p = [&] {
    graph g;
    const auto x = inputs(at);
    return compile(loops(std::span<const scalar>(x)), x);
  }();
  CHECK(p.size_with_slopes() > 200'000);
  graph g;
  const auto x = inputs(other);
  const auto y = loops(std::span<const scalar>(x));
  const auto d = gradient(y, x);
  std::vector<double> slopes(at.size());
  CHECK(p.value_and_gradient(other, slopes) == y.value());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < d.size(); ++i) wrong += slopes[i] != d[i];
  CHECK(wrong == 0);
}
