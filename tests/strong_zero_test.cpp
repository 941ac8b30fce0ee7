// An exact zero on a path wins: what is multiplied with it, be it infinite or NaN, does not count, in no sweep and to no order.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <string>
#include <vector>

using namespace seegrad;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

auto close(double a, double b, double tolerance) -> bool { return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b)); }

// A function with its value and first derivatives at x, from mathematics and the slopes chosen at kinks.
template <class F>
struct known {
  std::string words;
  F f;
  double x;
  std::vector<double> derivatives;
};
template <class F>
known(const char*, F, double, std::vector<double>) -> known<F>;

template <class K>
auto in_numbers(const K& k) -> void {
  CAPTURE(k.words);
  CAPTURE(k.x);
  const auto& d = k.derivatives;
  graph g;
  const auto x = input(k.x);
  auto y = k.f(x);
  for (std::size_t order = 0; order < d.size(); ++order) {
    CAPTURE(order);
    CHECK(close(y.value(), d[order], 1e-12));
    if (order + 1 == d.size()) break;
    CHECK(close(gradient(y, wrt(x))[0], d[order + 1], 1e-12));
    CHECK(close(vjp(std::array{y}, std::array{2.0}, std::array{x})[0], 2 * d[order + 1], 1e-12));
    CHECK(close(jvp(y, wrt(x), std::array{3.0}), 3 * d[order + 1], 1e-12));
    if (y.is_constant()) break;
    y = recorded_gradient(y, wrt(x))[0];
  }
  const auto once = k.f(dual<>{k.x, 1.0});
  CHECK(close(once.value, d[0], 1e-12));
  CHECK(close(once.tangent, d[1], 1e-12));
  if (d.size() < 3) return;
  const auto twice = k.f(dual<dual<>>{{k.x, 1.0}, {1.0, 0.0}});
  CHECK(close(twice.tangent.value, d[1], 1e-12));
  CHECK(close(twice.tangent.tangent, d[2], 1e-12));
}

template <class K>
auto in_arrays(const K& k, dtype type) -> void {
  CAPTURE(k.words);
  CAPTURE(k.x);
  CAPTURE(name_of(type));
  const auto& d = k.derivatives;
  const double tolerance = type == float32 ? 1e-6 : 1e-12;
  graph g;
  const auto x = input(full({5}, k.x, type));  // more than a lane of double holds, fewer than one of float
  tensor y = k.f(x);
  const auto all = [&](const array& a, double expected) {
    for (index_t i = 0; i < 5; ++i) CHECK(close(a.at(i), expected, tolerance));
  };
  for (std::size_t order = 0; order < d.size(); ++order) {
    CAPTURE(order);
    all(y.value(), d[order]);
    if (order + 1 == d.size() || y.is_constant()) break;
    all(gradient(sum(y), wrt(x))[0], d[order + 1]);
    all(vjp(y, full({5}, 2.0, type), std::array{x})[0], 2 * d[order + 1]);
    all(jvp(y, wrt(x), std::array{full({5}, 3.0, type)}), 3 * d[order + 1]);
    y = recorded_gradient(sum(y), wrt(x))[0];
  }
}

template <class... K>
auto in_all(const K&... k) -> void {
  (in_numbers(k), ...);
  ((in_arrays(k, float64), in_arrays(k, float32)), ...);
}

// The infinite slope of a single operation is told, but the gradient as a whole is right.
template <class T>
auto expect_no_blame(const T& y) -> void {
  const auto report = check(y);
  CAPTURE(report.text());
  CHECK(report.count(verdict::fail) == 0);
  CHECK(report.count(verdict::non_finite) > 0);
  CHECK(report.whole_verdict() == verdict::pass);
  CHECK(check(y, {.second_order = true}).count(verdict::fail) == 0);
}

}  // namespace

TEST_CASE("branches that are infinite or NaN, and not taken") {
  const std::vector<double> zeros = {0, 0, 0, 0};
  const auto root = [](const auto& x) { return where(step(x), sqrt(x), 0.0); };
  const auto entropy = [](const auto& x) { return where(step(x), x * log(x), 0.0); };
  in_all(known{"root", root, 0, zeros}, known{"root", root, -1, zeros},
         known{"root", root, 4, {2, 1.0 / 4, -1.0 / 32, 3.0 / 256}}, known{"entropy", entropy, 0, zeros},
         known{"entropy", entropy, 1, {0, 1, 1, -1}},
         known{"relu of a pole", [](const auto& x) { return relu(log(square(x))); }, 0, zeros},
         known{"leaky", [](const auto& x) { return where(step(x), 1 / x, leaky_relu(x, 0.5)); }, 0, {0, 0.5, 0, 0}});
}

TEST_CASE("what bounds an infinite value has slope 0") {
  in_all(known{"clamp", [](const auto& x) { return clamp(1 / x, -1.0, 1.0); }, 0, {1, 0, 0, 0}},
         known{"minimum", [](const auto& x) { return minimum(1 / square(x), 3.0); }, 0, {3, 0, 0, 0}},
         known{"maximum", [](const auto& x) { return maximum(log(x), -5.0); }, 0, {-5, 0, 0, 0}},
         known{"relu", [](const auto& x) { return relu(-1 / square(x)); }, 0, {0, 0, 0, 0}},
         known{"sign", [](const auto& x) { return sign(1 / square(x)); }, 0, {1, 0, 0, 0}},
         known{"step", [](const auto& x) { return step(1 / square(x)); }, 0, {1, 0, 0, 0}});
}

TEST_CASE("an infinite slope behind a factor 0") {
  in_all(known{"root of relu", [](const auto& x) { return sqrt(relu(x)); }, -1, {0, 0, 0, 0}},
         known{"nothing of a root", [](const auto& x) { return 0.0 * sqrt(x); }, 0, {0, 0, 0, 0}},
         known{"root of nothing", [](const auto& x) { return sqrt(0.0 * x); }, 2, {0, 0, 0, 0}},
         known{"root of a size", [](const auto& x) { return sqrt(abs(x)); }, 0, {0, 0}},
         known{"root of an even power", [](const auto& x) { return sqrt(pow(x, 2.0)); }, 0, {0, 0}},
         // x - x^2.1, whose third derivative is the first that is infinite at 0
         known{"fraction", [](const auto& x) { return x * (1 - pow(x, 1.1)); }, 0, {0, 1, 0}});
}

TEST_CASE("powers at 0") {
  in_all(known{"x^0", [](const auto& x) { return pow(x, 0.0); }, 0, {1, 0, 0, 0}},
         known{"x^1", [](const auto& x) { return pow(x, 1.0); }, 0, {0, 1, 0, 0}},
         known{"x^2", [](const auto& x) { return pow(x, 2.0); }, 0, {0, 0, 2, 0}},
         known{"x^3", [](const auto& x) { return pow(x, 3.0); }, 0, {0, 0, 0, 6}},
         known{"0^x", [](const auto& x) { return pow(0.0 * x, x); }, 2, {0, 0, 0, 0}});
}

TEST_CASE("elements with and without a finite slope in one array") {
  graph g;
  const auto x = input(array{0.0, 4.0});
  const auto y = where(x > 0.0, sqrt(x), 0.0);
  const auto expect = [](const array& a, double first, double second) {
    REQUIRE(a.is_floating());
    CHECK(a.at(0) == first);
    CHECK(a.at(1) == second);
  };
  expect(gradient(sum(y), wrt(x))[0], 0, 0.25);
  expect(recorded_gradient(sum(y), wrt(x))[0].value(), 0, 0.25);
  expect(jvp(y, wrt(x), std::array{array{1.0, 1.0}}), 0, 0.25);
  expect(vjp(sqrt(x), array{0.0, 1.0}, std::array{x})[0], 0, 0.25);
  expect(recorded_vjp(sqrt(x), array{0.0, 1.0}, std::array{x})[0].value(), 0, 0.25);
  const auto h = hessian(sum(y), x);
  for (index_t i = 0; i < 2; ++i)
    for (index_t j = 0; j < 2; ++j) CHECK(h.at(i, j) == (i == 1 && j == 1 ? -1.0 / 32 : 0));
  // Beside 0 the mask is another, so that of the whole nothing can be measured there.
  CHECK(check(sum(y)).count(verdict::fail) == 0);
}

TEST_CASE("the checker follows the same law") {
  graph g;
  const auto x = input(0.0), z = input(4.0);
  const auto y = where(0.0, sqrt(x), 2.0) + relu(log(x)) + sqrt(z);
  expect_no_blame(y);
}

// Every operation of the list, at points where its slopes are anything at all, with a 0 after or before it on the path.
TEST_CASE("no operation's slope reaches past a zero, in any sweep") {
  const double points[] = {0.0, -0.0, 1.0, -1.0, 0.5, -3.0, infinity, -infinity, not_a_number, 1e-320, 1e308, -1e308};
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    for (const double p : points)
      for (int slot = 0; slot < op->arity; ++slot) {
        CAPTURE(p);
        CAPTURE(slot);
        for (const bool before : {false, true}) {
          CAPTURE(before);
          const auto is_zero = [](const array& a) {
            for (index_t i = 0; i < a.size(); ++i)
              if (a.to_vector<double>()[static_cast<std::size_t>(i)] != 0) return false;
            return true;
          };
          graph g;
          {
            const auto x = input(0.25);
            scalar a[] = {0.5, 2.0, 0.75}, y;
            a[slot] = before ? where(input(0.0), x, p) : x + (p - 0.25);
            op->record(a, y);
            if (!before) y = where(input(0.0), y, 1.0);
            CHECK(gradient(y, wrt(x))[0] == 0);
            CHECK(jvp(y, wrt(x), std::array{1.0}) == 0);
            for (int order = 1; order <= 3 && !y.is_constant(); ++order) {
              y = recorded_gradient(y, wrt(x))[0];
              CHECK(y.value() == 0);
            }
          }
          for (const auto type : {float64, float32}) {
            const auto x = input(full({3}, 0.25, type));
            tensor a[] = {full({3}, 0.5, type), full({3}, 2.0, type), full({3}, 0.75, type)}, y;
            a[slot] = before ? where(input(zeros({3}, type)), x, p) : x + (p - 0.25);
            op->record_tensor(a, y);
            if (!before) y = where(input(zeros({3}, type)), y, 1.0);
            CHECK(is_zero(gradient(sum(y), wrt(x))[0]));
            CHECK(is_zero(jvp(y, wrt(x), std::array{full({3}, 1.0, type)})));
            for (int order = 1; order <= 3 && !y.is_constant(); ++order) {
              y = recorded_gradient(sum(y), wrt(x))[0];
              CHECK(is_zero(y.value()));
            }
          }
        }
      }
  }
}

namespace {

struct cliff_op : paragraph<1> {
  static constexpr std::string_view name = "cliff", help = "x with a slope that is infinite at 0";
  static auto value(auto x) { return 1.0 * x; }
  static auto d0(auto x, auto) { return 1 / x; }
};

}  // namespace

TEST_CASE("an operation of a user's own") {
  graph g;
  const auto x = input(0.0);
  const auto y = 0.0 * apply<cliff_op>(x);
  CHECK(gradient(y, wrt(x))[0] == 0);
  CHECK(recorded_gradient(y, wrt(x))[0].value() == 0);
  CHECK(jvp(y, wrt(x), std::array{1.0}) == 0);
  const auto u = input(array{0.0, 2.0});
  const auto v = array{0.0, 1.0} * apply<cliff_op>(u);
  CHECK(gradient(sum(v), wrt(u))[0].at(0) == 0);
  CHECK(gradient(sum(v), wrt(u))[0].at(1) == 0.5);
  CHECK(recorded_gradient(sum(v), wrt(u))[0].at(0) == 0);
}

TEST_CASE("a tangent that happens to be 0 keeps its own derivative") {
  graph g;
  const auto x = input(3.0);
  const dual<scalar> u{x, x - 3};
  const auto slope = [&](const scalar& t) { return gradient(t, wrt(x))[0]; };
  CHECK(slope((u * u).tangent) == 6);  // 2 x (x - 3)
  CHECK(close(slope(sin(u).tangent), std::cos(3.0), 1e-15));
  CHECK(slope((u + 2.0).tangent) == 1);
  CHECK(slope((5.0 - u).tangent) == -1);
  CHECK(slope(pow(u, 2.0).tangent) == 6);
  CHECK(slope(square(square(u)).tangent) == 108);  // 4 x³ (x - 3)
  const dual<dual<scalar>> w{{x, x - 3}, {x - 3, x * (x - 3)}};
  // The second tangent of w² is 2 (x · x (x - 3) + (x - 3)²).
  CHECK(slope((w * w).tangent.tangent) == 18);
}

TEST_CASE("a product with an exact zero, as an operation") {
  for (const double odd : {infinity, -infinity, not_a_number, 1e308, 0.0}) {
    CHECK(strong_mul(0.0, odd) == 0);
    CHECK(strong_mul(odd, -0.0) == 0);
    CHECK(sum(strong_mul(full({9}, 0.0), full({9}, odd))).item() == 0);
    CHECK(sum(strong_mul(full({9}, odd, float32), full({9}, 0.0, float32))).item() == 0);
  }
  CHECK(strong_mul(3.0, -2.0) == -6);
  CHECK(std::isnan(strong_mul(3.0, not_a_number)));
  CHECK(strong_mul(infinity, -2.0) == -infinity);
}

// Where a result has no slope, its product with the slope may have one: |x| sign(x) is x.
TEST_CASE("a factor that cancels a slope that does not exist leaves the second derivative right") {
  const auto hessian_at_0 = [](auto f, const array& at) {
    graph g;
    const auto x = input(at);
    return hessian(f(x), x);
  };
  const auto twice = [](index_t n) { return eye(n) * 2.0; };
  for (const auto type : {float64, float32}) {
    const auto zero3 = zeros({3}, type);
    CHECK(identical(hessian_at_0([](const tensor& x) { return square(norm(x)); }, zero3).cast(float64), twice(3)));
    CHECK(identical(hessian_at_0([](const tensor& x) { return norm(x) * norm(x); }, zero3).cast(float64), twice(3)));
    CHECK(identical(hessian_at_0([](const tensor& x) { return -3.0 * square(norm(x)); }, zero3).cast(float64), twice(3) * -3.0));
    CHECK(identical(hessian_at_0([](const tensor& x) { return sum(square(abs(x))); }, zero3).cast(float64), twice(3)));
    CHECK(identical(hessian_at_0([](const tensor& x) { return sum(square(hypot(x, 0.0))); }, zero3).cast(float64), twice(3)));
    const auto rows = hessian_at_0([](const tensor& x) { return sum(square(norm(x, 1))); }, zeros({2, 2}, type));
    CHECK(identical(reshape(rows, {4, 4}).cast(float64), twice(4)));
    CHECK(identical(hessian_at_0([](const tensor& x) { return mean(square(norm(x, 1))); }, zeros({1, 2}, type)).cast(float64),
                    reshape(twice(2), {1, 2, 1, 2})));
  }
  graph g;
  const auto x = input(0.0), y = input(0.0);
  const auto h = hessian(square(hypot(x, y)), wrt(x, y));
  CHECK(h(0, 0) == 2);
  CHECK(h(0, 1) == 0);
  CHECK(h(1, 1) == 2);
  CHECK(hessian(square(abs(x)), wrt(x))(0, 0) == 2);
  CHECK(hessian(abs(x) * abs(x) * y + square(abs(y)) * 3.0, wrt(x, y))(1, 1) == 6);
  // The chosen slope itself keeps what was chosen.
  CHECK(recorded_gradient(abs(x), wrt(x))[0].value() == 0);
}

TEST_CASE("a record with such a factor is right where it is run again") {
  const array nothing = zeros({2}), away{3.0, -4.0};
  for (const auto& recorded : {nothing, away}) {
    graph g;
    const auto x = input(recorded);
    const auto slope = recorded_gradient(square(norm(x)), std::array{x})[0];
    const auto second = recorded_gradient(sum(slope * array{1.0, 10.0}), std::array{x})[0];
    const auto last = g.id(second.ref(), "test");
    for (const auto& now : {nothing, away}) {
      const auto values = seegrad::detail::replay_arrays(g, last, std::array{g.id(x.ref(), "test")}, std::array{now});
      CHECK(identical(values.array_at(last), array{2.0, 20.0}));
      CHECK(max(abs(values.array_at(g.id(slope.ref(), "test")) - now * 2.0)).item() < 1e-15);
    }
  }
}
