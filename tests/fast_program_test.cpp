// Programs that may cost last digits: what they do, how far they are from the exact ones, and what they keep to.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>
#include <autodiff/run/traced_function.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <limits>
#include <random>

#include "message.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

constexpr compile_options quick = {.algebra = algebra::fast};

template <class F>
auto text_of(const F& f, const compile_options& o = quick) -> std::string {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3, 2.1});
  return compile(f(x[0], x[1], x[2]), x, o).text();
}

/// Branches, quotients, powers, sums of products, and what is computed twice.
struct random_function {
  unsigned seed;

  auto operator()(const std::vector<scalar>& x) const -> scalar {
    std::mt19937 random(seed);
    auto v = x;
    const auto pick = [&]() -> const scalar& { return v[random() % v.size()]; };
    for (int i = 0; i < 50; ++i) {
      const auto &a = pick(), &b = pick(), &c = pick();
      switch (random() % 9) {
        case 0: v.push_back(tanh(a / 3.0 + b)); break;
        case 1: v.push_back(a / (2.0 + b * b) + c / (2.0 + b * b)); break;
        case 2: v.push_back(pow(1.5 + 0.1 * tanh(a), static_cast<double>(random() % 9) / 2 - 2)); break;
        case 3: v.push_back(tanh(a * b + c)); break;
        case 4: v.push_back(0.3 * (0.7 * (b - a))); break;
        case 5: v.push_back(log(2.0 + a * a) / sqrt(2.0 + a * a)); break;
        case 6: v.push_back(sin(a * b) + cos(b * a)); break;
        case 7: {
          scalar sum = a;
          for (int k = 0; k < 20; ++k) sum = sum + pick() * (0.01 * k);
          v.push_back(tanh(sum));
          break;
        }
        default: v.push_back(a > 0.25 ? a * 0.5 : -b);
      }
    }
    return v.back() + v[v.size() - 2] * v[v.size() / 2];
  }
};

}  // namespace

TEST_CASE("random programs with branches are 1e-13 of the exact ones, and fail with them") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> number(-2, 2);
  int failed = 0, answered = 0, other = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const random_function f{seed};
    graph g(with_guards);
    const auto x = inputs(std::array{0.5, -1.0, 1.5});
    const auto y = f(x);
    const auto exact = compile(y, x);
    for (const auto with : {backend::interpreter, backend::machine_code}) {
      const auto p = compile(y, x, {.with = with, .algebra = algebra::fast});
      other += p.text() != exact.text();
      std::vector<double> points, v, s;
      for (int k = 0; k < 20; ++k) {
        const std::array at = {number(random), number(random), number(random)};
        std::vector<double> wanted(3), slopes(3);
        double value = 0;
        try {
          value = exact.value_and_gradient(at, wanted);
        } catch (const guard_failure&) {
          ++failed;
          CHECK_THROWS_AS(p.value_and_gradient(at, slopes), guard_failure);
          continue;
        }
        ++answered;
        CHECK(p.value_and_gradient(at, slopes) == Approx(value).epsilon(1e-13).scale(1));
        double largest = 1;
        for (const double d : wanted) largest = std::max(largest, std::abs(d));
        for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(slopes[i] - wanted[i]) <= 1e-13 * largest);
        points.insert(points.end(), at.begin(), at.end()), v.push_back(value), s.insert(s.end(), wanted.begin(), wanted.end());
      }
      std::vector<double> w(v.size()), t(s.size());
      p.values_and_gradients_at(points, w, t);
      for (std::size_t i = 0; i < v.size(); ++i) CHECK(w[i] == Approx(v[i]).epsilon(1e-13).scale(1));
      for (std::size_t i = 0; i < s.size(); ++i) CHECK(t[i] == Approx(s[i]).epsilon(1e-12).scale(1));
    }
  }
  CHECK(failed > 100);
  CHECK(answered > 100);
  CHECK(other > 100);
}

TEST_CASE("quotients by a number, and factors of factors") {
  const auto third = [](auto x, auto y, auto) { return x / 3.0 * y; };
  CHECK(!contains(text_of(third), "div("));
  CHECK(contains(text_of(third), "= 0.3333333333333333"));
  CHECK(contains(text_of(third, {}), "div("));
  // Whose reciprocal is no number of full precision.
  CHECK(contains(text_of([](auto x, auto y, auto) { return x / 0x1p-1024 * y; }), "div("));
  CHECK(contains(text_of([](auto x, auto y, auto) { return x / 1.5e308 * y; }), "div("));
  CHECK(contains(text_of([](auto x, auto y, auto) { return x / 0.0 * y; }), "div("));
  const auto scaled = [](auto x, auto y, auto) { return sin(0.5 * (-(x / 4.0) * 3.0)) + y; };
  CHECK(count(text_of(scaled), "= mul(") == 1);
  CHECK(contains(text_of(scaled), "= -0.375"));
  CHECK(count(text_of([](auto x, auto y, auto) { return sin(1e200 * (1e200 * x)) + y; }), "= mul(") == 2);
}

TEST_CASE("signs that do not matter") {
  CHECK(!contains(text_of([](auto x, auto y, auto) { return abs(-x) * y; }), "= neg("));
  CHECK(!contains(text_of([](auto x, auto y, auto) { return square(-x) + sin(-(-y)); }), "neg("));
}

TEST_CASE("powers as products and roots") {
  std::vector<double> slopes(1);
  for (double e = -17; e <= 17; e += 0.5) {
    CAPTURE(e);
    graph g;
    const scalar x = input(1.7);
    const auto p = compile(pow(x, e), wrt(x), quick);
    const bool is_short = e != 0 && std::abs(e) <= 16;
    CHECK(contains(p.text(), "pow(") == !is_short);
    CHECK(contains(p.text(), "sqrt(") == (is_short && e != std::floor(e)));
    for (const double at : {1.7, 0.01, 30.0}) {
      CHECK(p.value_and_gradient(std::array{at}, slopes) == Approx(std::pow(at, e)).epsilon(4e-15));
      CHECK(slopes[0] == Approx(e * std::pow(at, e - 1)).epsilon(6e-15));
    }
    if (e == std::floor(e) && is_short) CHECK(p.value(std::array{-1.1}) == Approx(std::pow(-1.1, e)).epsilon(4e-15));
  }
  graph g;
  const scalar x = input(1.7);
  CHECK(contains(compile(pow(x, 2.25), wrt(x), quick).text(), "pow("));
  CHECK(contains(compile(pow(x, 3.0), wrt(x)).text(), "pow("));
  CHECK(compile(pow(x, 2.0), wrt(x), quick).gradient(std::array{0.0})[0] == 0);
}

TEST_CASE("long sums do not wait for each term") {
  graph g;
  std::vector<double> at(100, 1e-16);
  at[0] = 1;
  const auto x = inputs(at);
  scalar sum = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) sum = sum + x[i];
  CHECK(compile(sum, x).value(at) == 1);  // each term alone is too small to count
  const auto p = compile(sum, x, quick);
  CHECK(p.value(at) == Approx(1 + 99e-16).epsilon(1e-15));
  CHECK(p.value(at) > 1);
  CHECK(p.size() == 99);
  CHECK(p.gradient(at) == std::vector<double>(100, 1.0));
  // A part that is wanted elsewhere is what it is.
  scalar first = x[0] * x[1];
  for (std::size_t i = 1; i < 30; ++i) first = first + x[i] * x[i];
  scalar second = first;
  for (std::size_t i = 1; i < 30; ++i) second = second + x[i] * x[i + 1];
  const auto both = compile(std::array{first, second}, x, quick);
  std::vector<double> wanted(2), got(2), point;
  for (std::size_t i = 0; i < x.size(); ++i) point.push_back(std::cos(static_cast<double>(i)));
  compile(std::array{first, second}, x).values(point, wanted), both.values(point, got);
  for (std::size_t i = 0; i < 2; ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(1e-14));
}

TEST_CASE("sums of ten thousand terms, sideways") {
  graph g;
  std::vector<double> at;
  for (int i = 0; i < 10'000; ++i) at.push_back(1.5 + std::sin(i));
  const auto x = inputs(at);
  scalar sum = 0.0;
  for (const auto& each : x) sum = sum + log(each) / 3.0;
  const auto p = compile(sum, x, quick);
  std::vector<double> slopes(at.size());
  CHECK(p.value_and_gradient(at, slopes) == Approx(sum.value()).epsilon(1e-13));
  for (std::size_t i = 0; i < at.size(); i += 97) CHECK(slopes[i] == Approx(1 / (3 * at[i])).epsilon(1e-15));
}

TEST_CASE("one reciprocal for all that is divided by one number, and in derivatives") {
  const auto quotients = [](auto x, auto y, auto z) { return sin(x / z) * (y / z); };
  const auto text = text_of(quotients);
  CHECK(count(text, "div(") == 1);
  CHECK(count(text_of(quotients, {}), "div(") == 6);
  CHECK(count(text_of([](auto x, auto y, auto z) { return log(z) * x / z + y; }), "log(") == 1);
  CHECK(count(text_of([](auto x, auto y, auto z) { return sqrt(z) * x + y / sqrt(z); }), "sqrt(") == 1);
  CHECK(!contains(text_of([](auto x, auto y, auto z) { return log(z) * x / z + y; }), "∂1 log"));
  CHECK(!contains(text_of([](auto x, auto y, auto z) { return sqrt(z) * x + y / sqrt(z); }), "∂1 sqrt"));
  // A single division has nothing to share.
  CHECK(contains(text_of([](auto x, auto y, auto) { return log(x) * y; }), "∂1 log"));
  graph g;
  const std::array at = {0.7, -1.3, 0.3};
  const auto x = inputs(at);
  for (const auto& y : {sin(x[0] / x[2]) * (x[1] / x[2]), log(x[2]) * x[0] / x[2], sqrt(x[2]) * x[0] + x[1] / sqrt(x[2]),
                        1.0 / x[2] + x[0] / x[2] + log(x[2])}) {
    const auto p = compile(y, x, quick);
    const auto d = gradient(y, x);
    std::vector<double> slopes(3);
    CHECK(p.value_and_gradient(at, slopes) == Approx(y.value()).epsilon(1e-15));
    for (std::size_t i = 0; i < 3; ++i) CHECK(slopes[i] == Approx(d[i]).epsilon(4e-15));
  }
}

TEST_CASE("an exact zero on a path wins, also against the infinite reciprocal of a branch that was not chosen") {
  graph g;
  const auto x = inputs(std::array{2.0, 3.0});
  const scalar y = select(greater(x[0], 0.0), x[1] / x[0] + log(x[0]) / x[0], 0.0) + 2.0 * x[1];
  std::vector<double> slopes(2), values(3), all(6);
  for (const auto with : {backend::interpreter, backend::machine_code}) {
    const auto p = compile(y, x, {.with = with, .algebra = algebra::fast});
    CHECK(p.value_and_gradient(std::array{0.0, 3.0}, slopes) == 6);
    CHECK(slopes == std::vector{0.0, 2.0});
    p.values_and_gradients_at(std::array{0.0, 3.0, -1.0, 3.0, 0.0, 1.0}, values, all);
    CHECK(values == std::vector{6.0, 6.0, 2.0});
    CHECK(all == std::vector{0.0, 2.0, 0.0, 2.0, 0.0, 2.0});
  }
  const auto bad = compile(x[0] / x[1] + 1.0 / x[1], x, quick);
  CHECK(std::isnan(bad.value(std::array{-1.0, 0.0})));
  CHECK(bad.value(std::array{1.0, 0.0}) == std::numeric_limits<double>::infinity());
}

TEST_CASE("equal values have one derivative") {
  graph g;
  const auto x = inputs(std::array{0.7, 1.3});
  const scalar y = sin(x[0] * x[1]) + cos(x[1] * x[0]) * x[0];
  const auto exact = compile(y, x), p = compile(y, x, quick);
  CHECK(p.size() <= exact.size());
  CHECK(p.size_with_slopes() + 2 <= exact.size_with_slopes());
  const auto d = gradient(y, x), slopes = p.gradient(std::array{0.7, 1.3});
  for (std::size_t i = 0; i < 2; ++i) CHECK(slopes[i] == Approx(d[i]).epsilon(1e-15));
}

TEST_CASE("in files, derivatives and traced functions") {
  const auto f = [](const auto& v) { return v[0] > 0 ? v[0] * sin(v[1]) / 3.0 + pow(v[1], 3.0) / v[0] + v[1] / v[0] : v[1]; };
  const auto fast = traced(f, quick), exact = traced(f);
  const std::vector at = {0.5, 2.0};
  const auto [v, d] = value_and_gradient(fast, at);
  const auto [w, e] = value_and_gradient(exact, at);
  CHECK(v == Approx(w).epsilon(1e-15));
  for (std::size_t i = 0; i < 2; ++i) CHECK(d[i] == Approx(e[i]).epsilon(1e-14));
  const auto p = fast.program_at(at).first, q = exact.program_at(at).first;
  CHECK(!contains(p.text(), "pow("));
  CHECK(contains(q.text(), "pow("));
  CHECK(fast(std::vector{-1.0, 2.0}) == 2);
  CHECK(fast.programs() == 2);
  CHECK_THROWS_AS(p.value(std::array{-1.0, 2.0}), guard_failure);
  const auto H = p.hessian(at), K = q.hessian(at);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) CHECK(H(i, j) == Approx(K(i, j)).epsilon(1e-14));

  const auto file = std::filesystem::temp_directory_path() / "seegrad_fast.program";
  p.save(file);
  const auto loaded = load_program(file);
  CHECK(loaded.text().substr(0, loaded.text().find('#', 2)) == p.text().substr(0, p.text().find('#', 2)));
  CHECK(loaded.value(at) == p.value(at));
  CHECK(loaded.gradient(at) == p.gradient(at));
  CHECK(contains(p.to_cpp("f"), "f_vjp"));
  std::filesystem::remove(file);
}
