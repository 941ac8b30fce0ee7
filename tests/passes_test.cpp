// Passes over programs that change no bit, against the record that a program is made of.

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>
#include <bit>
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <limits>
#include <random>

#include "message.hpp"

using namespace seegrad;

namespace {

using numbers_of = std::numeric_limits<double>;
const std::vector<double> special = {0.0,
                                     -0.0,
                                     1.0,
                                     -1.0,
                                     0.3,
                                     -2.5,
                                     3e200,
                                     -7e-200,
                                     numbers_of::infinity(),
                                     -numbers_of::infinity(),
                                     numbers_of::quiet_NaN(),
                                     numbers_of::denorm_min(),
                                     -3 * numbers_of::denorm_min(),
                                     numbers_of::min(),
                                     numbers_of::max(),
                                     -numbers_of::max()};

auto same_bits(double a, double b) -> bool {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}
auto same_slope(double a, double b) -> bool {
#ifdef __FMA__
  if (std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(a))) return true;  // the sweep may fuse products with sums
#endif
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// Whether programs of f give the record's numbers wherever there is something special; and the text of one.
template <class F>
auto text_of_same_bits(const F& f) -> std::string {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3});
  const auto y = f(x[0], x[1]);
  const auto slow = compile(y, x, backend::interpreter), fast = compile(y, x, backend::machine_code);
  std::vector<double> points, values, slopes;
  for (const double a : special)
    for (const double b : special) {
      graph again;
      const auto z = inputs(std::array{a, b});
      const auto w = f(z[0], z[1]);
      const auto d = gradient(w, z);
      points.insert(points.end(), {a, b}), values.push_back(w.value()), slopes.insert(slopes.end(), d.begin(), d.end());
    }
  const auto count = values.size();
  std::vector<double> v(count), s(2 * count), one(2);
  for (const auto& p : {slow, fast}) {
    p.values_and_gradients_at(points, v, s);
    for (std::size_t k = 0; k < count; ++k) {
      CAPTURE(points[2 * k]);
      CAPTURE(points[2 * k + 1]);
      CHECK(same_bits(v[k], values[k]));
      CHECK(same_bits(p.value_and_gradient(std::span(points).subspan(2 * k, 2), one), values[k]));
      for (std::size_t i = 0; i < 2; ++i) {
        CHECK(same_slope(s[2 * k + i], slopes[2 * k + i]));
        CHECK(same_slope(one[i], slopes[2 * k + i]));
      }
    }
  }
  return fast.text();
}

/// How many instructions there are for values, and for derivatives.
using sizes = std::pair<std::size_t, std::size_t>;
template <class F>
auto sizes_of(const F& f) -> sizes {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3});
  const auto p = compile(f(x[0], x[1]), x);
  return {p.size(), p.size_with_slopes() - p.size()};
}

}  // namespace

TEST_CASE("what is left out, or becomes simpler, changes no bit for any numbers") {
  // Each adds y * x[1] at most, so that there is something that is not left out.
  const auto expect = [](std::string_view what, auto f, sizes wanted, std::string_view gone) {
    CAPTURE(what);
    const auto text = text_of_same_bits(f);
    CHECK(!contains(text, gone));
    CHECK(sizes_of(f) == wanted);
  };
  expect(
      "x * 1", [](auto x, auto y) { return x * 1.0 * y; }, {1, 2}, "= 1");
  expect(
      "1 * x", [](auto x, auto y) { return 1.0 * x * y; }, {1, 2}, "= 1");
  expect(
      "x / 1", [](auto x, auto y) { return x / 1.0 * y; }, {1, 2}, "div");
  expect(
      "x - 0", [](auto x, auto y) { return (x - 0.0) * y; }, {1, 2}, "sub");
  expect(
      "x + -0", [](auto x, auto y) { return (x + -0.0) * y; }, {1, 2}, "add");
  expect(
      "-0 + x", [](auto x, auto y) { return (-0.0 + x) * y; }, {1, 2}, "add");
  expect(
      "identity", [](auto x, auto y) { return identity(x) * y; }, {1, 2}, "identity");
  expect(
      "pow(x, 1)", [](auto x, auto y) { return pow(x, 1.0) * y; }, {1, 2}, "pow");
  expect(
      "-(-x)", [](auto x, auto y) { return -(-x) * y; }, {1, 2}, "neg");
  expect(
      "a - (-b)", [](auto x, auto y) { return x - (-y); }, {1, 0}, "sub");
  expect(
      "a + (-b)", [](auto x, auto y) { return x + (-y); }, {1, 1}, "add");
  expect(
      "(-a) + b", [](auto x, auto y) { return (-x) + y; }, {1, 1}, "add");
  expect(
      "x * -1", [](auto x, auto y) { return (x * -1.0) * y; }, {2, 3}, "= -1");
  expect(
      "x / -1", [](auto x, auto y) { return (x / -1.0) * y; }, {2, 3}, "div");
  expect(
      "x / 4", [](auto x, auto y) { return (x / 4.0) * y; }, {2, 3}, "div");
  expect(
      "x / -0.125", [](auto x, auto y) { return (x / -0.125) * y; }, {2, 3}, "div");
  expect(
      "(-x) * 3", [](auto x, auto y) { return (-x) * 3.0 + y; }, {2, 2}, "= neg(");
  expect(
      "(-x) / 3", [](auto x, auto y) { return (-x) / 3.0 + y; }, {2, 2}, "= neg(");
  // The slope of |x| looks at x, so that -x stays.
  expect(
      "|-x|", [](auto x, auto y) { return abs(-x) + y; }, {3, 2}, "sub(");
  expect(
      "min(x, x)",
      [](auto x, auto y) {
        const auto m = x * y;
        return min(m, m);
      },
      {1, 4}, "= min(");
  expect(
      "fma(x, 1, y)", [](auto x, auto y) { return fma(x, scalar(1.0), y * y); }, {2, 3}, "= fma(");
  expect(
      "a choice between equals",
      [](auto x, auto y) {
        const auto m = x * y;
        return select(greater(x, 0.0), m, m);
      },
      {2, 4}, "= select(");
}

TEST_CASE("what looks alike and is not the same stays as it is") {
  const auto expect = [](std::string_view what, auto f, std::string_view stays) {
    CAPTURE(what);
    CHECK(contains(text_of_same_bits(f), stays));
  };
  expect(
      "x + 0", [](auto x, auto y) { return (x + 0.0) * y; }, "add(");
  expect(
      "x - -0", [](auto x, auto y) { return (x - -0.0) * y; }, "sub(");
  expect(
      "0 - x", [](auto x, auto y) { return (0.0 - x) * y; }, "sub(");
  expect(
      "x * 0", [](auto x, auto y) { return (x * 0.0) + y; }, "mul(");
  expect(
      "0 / x", [](auto x, auto y) { return (0.0 / x) + y; }, "div(");
  expect(
      "x - x", [](auto x, auto y) { return (x - x) * y; }, "sub(");
  expect(
      "x / x", [](auto x, auto y) { return (x / x) * y; }, "div(");
  expect(
      "x / 3", [](auto x, auto y) { return (x / 3.0) * y; }, "div(");
  expect(
      "x / 2^1023", [](auto x, auto y) { return (x / 0x1p1023) * y; }, "div(");
  expect(
      "x / 2^-1024", [](auto x, auto y) { return (x / 0x1p-1024) * y; }, "div(");
  expect(
      "-(a - b)", [](auto x, auto y) { return -(x - y); }, "neg(");
  expect(
      "sqrt(x²)", [](auto x, auto y) { return sqrt(x * x) * y; }, "sqrt(");
  expect(
      "pow(x, 2)", [](auto x, auto y) { return pow(x, 2.0) * y; }, "pow(");
  expect(
      "pow(x, 0)", [](auto x, auto y) { return pow(x, 0.0) * y; }, "pow(");
  expect(
      "a choice", [](auto x, auto y) { return select(greater(x, 0.0), x * y, y * y); }, "select(");
  expect(
      "a x + a y", [](auto x, auto y) { return 3.0 * x + 3.0 * y; }, "add(");
}

TEST_CASE("what stops derivatives is not left out: derivatives of derivatives need it") {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3});
  const auto p = compile(stop_gradient(x[0]) * x[0] * x[1], x);
  CHECK(p.gradient(std::array{2.0, 3.0}) == std::vector{6.0, 4.0});
  CHECK(p.hessian(std::array{2.0, 3.0})(0, 0) == 0);
}

namespace {

/// Steps that say nothing, between steps that do.
auto wordy(unsigned seed, const std::vector<scalar>& x) -> scalar {
  std::mt19937 random(seed);
  auto v = x;
  const auto pick = [&]() -> const scalar& { return v[random() % v.size()]; };
  for (int i = 0; i < 80; ++i) {
    const auto &a = pick(), &b = pick();
    switch (random() % 12) {
      case 0: v.push_back(a * 1.0); break;
      case 1: v.push_back(-a); break;
      case 2: v.push_back(a - (-b)); break;
      case 3: v.push_back((-a) + b * 0.25); break;
      case 4: v.push_back(a / 8.0); break;
      case 5: v.push_back(a * -1.0); break;
      case 6: v.push_back(-(-a)); break;
      case 7: v.push_back(a * b * 0.5); break;
      case 8: v.push_back(a / (2.0 + b * b)); break;
      case 9: v.push_back(max(a, b)); break;
      case 10: v.push_back(select(greater(a, b), a * 0.5, a * 0.5)); break;
      default: v.push_back(a * b * 0.25 - b); break;
    }
  }
  return v.back() + v[v.size() - 2] * v[v.size() / 2] + v[v.size() / 3];
}

}  // namespace

TEST_CASE("derivatives of random programs are summed as in the record, whatever is left out") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> number(-1, 1);
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    graph g;
    const auto x = inputs(std::array{0.5, -0.75, 0.3});
    const auto y = wordy(seed, x);
    const auto p = compile(y, x, backend::interpreter), q = compile(y, x, backend::machine_code);
    for (int k = 0; k < 10; ++k) {
      const std::array at = {number(random), number(random), number(random)};
      graph again;
      const auto z = inputs(at);
      const auto w = wordy(seed, {z.begin(), z.end()});
      const auto d = gradient(w, z);
      std::vector<double> slopes(3);
      CHECK(same_bits(p.value_and_gradient(at, slopes), w.value()));
      for (std::size_t i = 0; i < 3; ++i) CHECK(same_slope(slopes[i], d[i]));
      CHECK(same_bits(q.value_and_gradient(at, slopes), w.value()));
      for (std::size_t i = 0; i < 3; ++i) CHECK(same_slope(slopes[i], d[i]));
    }
  }
}

TEST_CASE("derivatives that are the same are computed once") {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3});
  const auto p = compile(std::array{x[0] * x[1]}, std::array{x[0], x[1]});
  CHECK(p.size_with_slopes() == 3);
  // Both factors of a square get the same, and the sum of both.
  const auto u = x[0] * x[0];
  CHECK(compile(exp(u) + x[1], x).gradient(std::array{2.0, 1.0})[0] == doctest::Approx(4 * std::exp(4.0)));
  // x - y - y: what y gets of each is the same number, of two places.
  const auto q = compile(sin(x[0] - x[1]) * cos(x[0] - x[1]), x);
  const auto d = gradient(sin(x[0] - x[1]) * cos(x[0] - x[1]), x);
  std::vector<double> slopes(2);
  q.value_and_gradient(std::array{0.7, 1.3}, slopes);
  CHECK(same_slope(slopes[0], d[0]));
  CHECK(same_slope(slopes[1], d[1]));
}

namespace {

/// Many cheap values that the sweep back wants again.
auto cheap_and_many(const std::vector<scalar>& x) -> scalar {
  auto sum = x[0];
  for (int i = 0; i < 60; ++i) {
    const auto &a = x[static_cast<std::size_t>(i) % x.size()], &b = x[static_cast<std::size_t>(i * 7 + 3) % x.size()];
    const auto u = a - b * (0.01 * i), v = a + u * 0.5;
    sum = sum + tanh(u * v) * u / (2.0 + v * v);
  }
  return sum;
}

}  // namespace

TEST_CASE("what is cheaper to compute again than to keep") {
  graph g;
  std::vector<double> at;
  for (int i = 0; i < 10; ++i) at.push_back(std::sin(i + 1.0));
  const auto x = inputs(at);
  const auto y = cheap_and_many(x);
  const auto keeps = compile(y, x, backend::interpreter), p = compile(y, x, backend::machine_code);
  if (seegrad::detail::instructions() == instruction_set::baseline) return;  // there is no machine code
  const auto slots = [](const program& each) {
    const auto text = each.text();
    return std::stoul(text.substr(text.find("values; ") + 8));
  };
  CHECK(p.size() == keeps.size());
  CHECK(p.size_with_slopes() > keeps.size_with_slopes() + 50);
  CHECK(slots(p) + 50 < slots(keeps));
  const auto text = p.text(), back = text.substr(text.find("seeds"));
  CHECK(contains(back, "= mul("));
  CHECK(!contains(back, "= tanh("));

  constexpr std::size_t count = 140;
  std::vector<double> points, v(count), w(count), s(10 * count), t(10 * count), one(10);
  for (std::size_t k = 0; k < count * 10; ++k) points.push_back(std::cos(0.1 * static_cast<double>(k)));
  keeps.values_and_gradients_at(points, v, s), p.values_and_gradients_at(points, w, t);
  CHECK(v == w);
  for (std::size_t k = 0; k < s.size(); ++k) CHECK(same_slope(s[k], t[k]));
  CHECK(p.value_and_gradient(at, one) == y.value());
  const auto d = gradient(y, x);
  for (std::size_t i = 0; i < d.size(); ++i) CHECK(same_slope(one[i], d[i]));
  const auto before = t;
  const auto file = std::filesystem::temp_directory_path() / "seegrad_recomputed.program";
  p.save(file);
  const auto loaded = load_program(file, backend::machine_code);
  CHECK(loaded.text().substr(0, 20) == text.substr(0, 20));
  loaded.values_and_gradients_at(points, w, t);
  CHECK(t == before);
  CHECK(loaded.value(at) == y.value());
  std::filesystem::remove(file);
}
