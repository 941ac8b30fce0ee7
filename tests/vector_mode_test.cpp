// Several cotangents or directions at once give the bits of the sweeps that go one by one.

#include <autodiff/autodiff.hpp>
#include <autodiff/fused.hpp>
#include <bit>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <random>
#include <string>
#include <vector>

using namespace seegrad;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double odd_points[] = {0.0, -0.0, 1.0, -1.0, 0.5, -3.0, infinity, -infinity, not_a_number, 1e-320, 1e308};

// To the last bit, 0 and -0 apart; NaN is NaN.
auto same(double a, double b) -> bool {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}
auto check_row(std::span<const double> is, std::span<const double> wanted) -> void {
  REQUIRE(is.size() == wanted.size());
  for (std::size_t j = 0; j < is.size(); ++j) {
    CAPTURE(j);
    CAPTURE(is[j]);
    CAPTURE(wanted[j]);
    CHECK(same(is[j], wanted[j]));
  }
}
auto row_of(const array& a, std::size_t i) -> std::span<const double> {
  const auto n = static_cast<std::size_t>(a.extent(1));
  return a.elements<double>().subspan(i * n, n);
}

auto random_rows(std::size_t rows, std::size_t columns, std::uint64_t seed, bool odd) -> array {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> some(-2, 2);
  std::vector<double> numbers(rows * columns);
  for (auto& x : numbers) x = odd && random() % 3 == 0 ? odd_points[random() % std::size(odd_points)] : some(random);
  return array(numbers, {static_cast<index_t>(rows), static_cast<index_t>(columns)});
}

// Jacobian, cotangents and directions in batches of every size around that of a sweep, against one by one.
auto check_all(std::span<const scalar> ys, std::span<const scalar> xs, bool odd = true) -> void {
  for (const std::size_t rows : {0, 1, 7, 8, 9, 17}) {
    CAPTURE(rows);
    const auto w = random_rows(rows, ys.size(), rows, odd), v = random_rows(rows, xs.size(), rows + 1, odd);
    const auto slopes = vjp_batch(ys, w, xs), changes = jvp_batch(ys, xs, v);
    REQUIRE(slopes.shape() == dims{static_cast<index_t>(rows), static_cast<index_t>(xs.size())});
    REQUIRE(changes.shape() == dims{static_cast<index_t>(rows), static_cast<index_t>(ys.size())});
    for (std::size_t i = 0; i < rows; ++i) {
      CAPTURE(i);
      check_row(row_of(slopes, i), vjp(ys, row_of(w, i), xs));
      check_row(row_of(changes, i), jvp(ys, xs, row_of(v, i)));
    }
  }
}

auto check_jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> void {
  const auto J = jacobian(ys, xs);
  for (std::size_t i = 0; i < ys.size(); ++i) {
    CAPTURE(i);
    check_row(row_of(J, i), gradient(ys[i], xs));
  }
}

// Both sets of instructions that there are loops for.
template <class F>
auto with_each_set(F f) -> void {
  const auto before = seegrad::detail::instructions();
  for (const auto s : {before, instruction_set::baseline}) {
    CAPTURE(name_of(s));
    limit_instructions(s);
    f();
  }
  limit_instructions(before);
}

struct steep_op : paragraph<1> {
  static constexpr std::string_view name = "steep", help = "x with a slope that is infinite at 0";
  static auto value(auto x) { return 1.0 * x; }
  static auto d0(auto x, auto) { return 1 / x; }
};

// n numbers, each layer a mixture of neighbours, with constants, kinks and repeated operands on the way.
auto layers(std::vector<scalar> v, int count) -> std::vector<scalar> {
  const auto n = v.size();
  for (int l = 0; l < count; ++l) {
    auto next = v;
    for (std::size_t i = 0; i < n; ++i) {
      const auto s = v[i] * 0.9 - v[(i + 1) % n] * v[(i + 3) % n];
      next[i] = i % 4 == 0 ? sin(s) : i % 4 == 1 ? relu(s) : i % 4 == 2 ? fma(s, v[i], 0.1) : s / (1.5 + square(s));
    }
    v = next;
  }
  return v;
}
auto inputs_of(std::size_t n) -> std::vector<scalar> {
  std::vector<scalar> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(input(0.3 + 0.07 * static_cast<double>(i % 13)));
  return x;
}

}  // namespace

TEST_CASE("every operation, at kinks, zeros, infinities and NaN, has the bits of one by one") {
  with_each_set([] {
    for (const auto* op : operations()) {
      CAPTURE(op->name);
      graph g;
      const auto x = inputs_of(3);
      std::vector<scalar> ys;
      for (const double p : odd_points)
        for (int slot = 0; slot < op->arity; ++slot) {
          scalar a[] = {x[0] * 2.0, x[1] + 0.5, x[2]}, y;
          a[slot] = x[static_cast<std::size_t>(slot)] * 0.0 + p;
          op->record(a, y);
          ys.push_back(y);
          ys.push_back(where(x[2] - x[2], y, x[0]));  // closed behind it
          ys.push_back(y * x[1] + y);
        }
      check_jacobian(std::span(ys).first(7), x);  // one by one or together, by their number
      check_jacobian(std::span(ys).first(8), std::span(x).first(2));
      check_all(ys, x);
      check_all(ys, x, false);
    }
  });
}

TEST_CASE("as many rows as are wanted, of a record of many blocks") {
  with_each_set([] {
    graph g;
    const auto x = inputs_of(20);
    const auto y = layers(x, 12);
    for (const std::size_t rows : {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 20}) check_jacobian(std::span(y).first(rows), x);
    check_all(y, x);
  });
}

TEST_CASE("rows that have nothing in common, and what no row reaches") {
  graph g;
  const auto x = inputs_of(70);
  std::vector<scalar> ys;
  for (const auto& each : x) {
    auto s = each;
    for (int j = 0; j < 100; ++j) s = s * 0.99 + each;
    layers({each, s, each * s, s, s}, 3);  // computed and not used
    ys.push_back(s);
  }
  check_jacobian(ys, x);
  check_all(ys, x);
}

TEST_CASE("a square Jacobian of statements, an operation of three operands and one of a user's own") {
  graph g;
  std::vector<fused::scalar> u(9);
  std::vector<double> values(9);
  for (std::size_t i = 0; i < 9; ++i) values[i] = 0.1 * static_cast<double>(i) - 0.2;
  inputs(values, u);
  std::vector<scalar> ys;
  for (std::size_t i = 0; i < 9; ++i) {
    const fused::scalar s = u[i] * u[(i + 1) % 9] - sin(u[(i + 2) % 9]) / (1.0 + u[i] * u[i]);
    const fused::scalar t = clamp(s * 2.0 + u[i], -0.3, 0.3) - s * u[(i + 4) % 9];
    ys.push_back(scalar(t) * apply<steep_op>(scalar(u[(i + 1) % 9]) - u[(i + 1) % 9] * 1.0));
    ys.back() = ys.back() + fma(scalar(t), scalar(s), apply<steep_op>(scalar(t)));
  }
  check_jacobian(ys, seegrad::detail::as_scalars(u));
  check_all(ys, seegrad::detail::as_scalars(u));
}

TEST_CASE("constants among the results, variables as results, and results before the variables") {
  graph g;
  const auto before = input(3.0);
  const auto early = before * before;
  const auto x = inputs_of(9);
  std::vector<scalar> ys{scalar(7.0),        x[2], x[2],       early, x[3] * x[4], scalar(0.0), x[0] - x[8],
                         exp(x[1]) * before, x[7], x[7] / x[6]};
  check_jacobian(std::span(ys).first(9), x);
  check_all(ys, x);
  const auto J = jacobian(ys, std::span(x).first(0));
  CHECK(J.shape() == dims{10, 0});
  CHECK(vjp_batch(ys, zeros({5, 10}), {}).shape() == dims{5, 0});
  CHECK(identical(jvp_batch(ys, {}, zeros({5, 0})), zeros({5, 10})));
  CHECK(vjp_batch({}, zeros({5, 0}), x).shape() == dims{5, 9});
  CHECK(max(vjp_batch({}, zeros({5, 0}), x)).item() == 0);
}

// A sweep back gives the total derivative by each, a direction holds what it does not change.
TEST_CASE("variables that are computed from each other, or are given twice") {
  graph g;
  const auto a = input(0.7), b = input(-1.2);
  const auto c = a * a, d = sin(c) * b;
  const std::vector<scalar> xs{d, a, c, a, b};
  std::vector<scalar> ys{d * a, c, d, a * c, exp(d) + c, a, b * d, c / a};
  check_jacobian(ys, xs);
  check_all(ys, xs);
  // Forward, too: 17 results, 5 variables.
  for (int i = 0; i < 9; ++i) ys.push_back(ys[static_cast<std::size_t>(i) % 8] * a + d);
  const auto J = jacobian(ys, xs);
  for (std::size_t i = 0; i < ys.size(); ++i)
    for (std::size_t j = 0; j < xs.size(); ++j) CHECK(J(i, j) == doctest::Approx(gradient(ys[i], xs)[j]).epsilon(1e-14));
}

TEST_CASE("a Jacobian with fewer columns than rows goes forward, with the bits of directions") {
  graph g;
  const auto x = inputs_of(3);
  auto s = x;
  for (int l = 0; l < 40; ++l) s = {sin(s[1] + s[2] * s[0]), s[0] * 0.7 + s[2], s[0] / (1.0 + square(s[1]))};
  std::vector<scalar> ys;
  for (int i = 0; i < 24; ++i) ys.push_back(s[0] * (0.1 * i) + s[1] * s[2] - i);
  ys.emplace_back(4.0);
  const auto J = jacobian(ys, x);
  bool other_bits = false;
  for (std::size_t j = 0; j < 3; ++j) {
    std::vector<double> along(3);
    along[j] = 1;
    const auto column = jvp(ys, x, along);
    for (std::size_t i = 0; i < ys.size(); ++i) {
      CHECK(same(J(i, j), column[i]));
      const auto back = gradient(ys[i], x)[j];
      CHECK(J(i, j) == doctest::Approx(back).epsilon(1e-12));
      other_bits |= !same(J(i, j), back);
    }
  }
  CHECK(other_bits);  // or this would not tell one way from the other
}

TEST_CASE("operations on arrays beside the way and on it") {
  graph g;
  const auto x = inputs_of(9);
  const auto beside = sum(input(array{1.0, 2.0}) * array{3.0, 4.0});
  std::vector<scalar> ys;
  for (std::size_t i = 0; i < 9; ++i) ys.push_back(x[i] * x[(i + 1) % 9] + item(beside));
  check_jacobian(ys, x);
  check_all(ys, x);
  const auto on = sum(tensor(x[0]) * input(array{1.0, 2.0}));
  ys[3] = ys[3] * item(on);
  check_jacobian(ys, x);
  check_all(ys, x);
  CHECK(jacobian(ys, x)(3, 0) == doctest::Approx((x[3].value() * x[4].value() + 11) * 3));
}

TEST_CASE("the Hessian of Rosenbrock's function, and its products with vectors") {
  graph g;
  const std::size_t n = 30;
  const auto x = inputs_of(n);
  scalar f = 0.0;
  for (std::size_t i = 0; i + 1 < n; ++i) f = f + 100.0 * square(x[i + 1] - square(x[i])) + square(1.0 - x[i]);
  const auto size = g.size();
  const auto H = hessian(f, x);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double a = x[i].value(), inner = i + 1 < n ? 1200 * a * a - 400 * x[i + 1].value() + 2 : 0;
      const double wanted = i == j ? inner + (i > 0 ? 200 : 0) : j == i + 1 ? -400 * a : i == j + 1 ? -400 * x[j].value() : 0;
      CHECK(H(i, j) == doctest::Approx(wanted).epsilon(1e-12));
    }
  const auto v = random_rows(9, n, 3, false);
  const auto products = hvp_batch(f, x, v);
  for (std::size_t i = 0; i < 9; ++i) check_row(row_of(products, i), hessian_vector(f, x, row_of(v, i)));
  CHECK(g.size() == size);
  CHECK_THROWS_WITH_AS(
      hvp_batch(f, x, zeros({2, 3})),
      doctest::Contains("hvp_batch: vectors are expected as rows of 30 numbers, one for each variable; the shape is [2x3]"),
      error);
}

TEST_CASE("what does not fit together is said") {
  graph g;
  const auto x = inputs_of(2);
  const std::vector<scalar> ys{x[0] * x[1], x[0], x[1]};
  CHECK_THROWS_WITH_AS(
      vjp_batch(ys, zeros({4, 2}), x),
      doctest::Contains("vjp_batch: cotangents are expected as rows of 3 numbers, one for each output; the shape is [4x2]"),
      error);
  CHECK_THROWS_WITH_AS(vjp_batch(ys, zeros({3}), x), doctest::Contains("the shape is [3]"), error);
  CHECK_THROWS_WITH_AS(
      jvp_batch(ys, x, zeros({4, 3})),
      doctest::Contains("jvp_batch: directions are expected as rows of 2 numbers, one for each variable; the shape is [4x3]"),
      error);
  CHECK_THROWS_AS(jacobian(ys, std::vector<scalar>{x[0], scalar(2.0)}), error);
  CHECK_THROWS_AS(vjp_batch(ys, zeros({4, 3}), std::vector<scalar>{scalar(2.0)}), error);
  // Whole numbers are numbers, and a view has its own.
  CHECK(identical(vjp_batch(ys, array{{1, 0, 2}, {0, 1, 0}, {0, 0, 0}, {3, 1, 1}}, x),
                  vjp_batch(ys, transpose(array{{1.0, 0.0, 0.0, 3.0}, {0.0, 1.0, 0.0, 1.0}, {2.0, 0.0, 0.0, 1.0}}), x)));
}

TEST_CASE("of a function: lists of cotangents, directions and vectors") {
  const auto f = [](const auto& x) {
    using T = std::decay_t<decltype(x[0] * x[1])>;
    return std::vector<T>{x[0] * x[1], sin(x[0]) / x[2], x[2] * x[2]};
  };
  const auto energy = [](const auto& x) { return x[0] * x[0] * x[1] + sin(x[1] * x[2]); };
  const std::vector at{0.5, -1.5, 2.0};
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 9; ++i) rows.push_back({0.1 * i, 1.0 - i, 0.3});
  const auto slopes = vjp_batch(f, at, rows);
  const auto [value, changes] = jvp_batch(f, at, rows);
  const auto products = hvp_batch(energy, at, rows);
  REQUIRE(slopes.size() == 9);
  REQUIRE(changes.size() == 9);
  REQUIRE(products.size() == 9);
  CHECK(value == std::vector{at[0] * at[1], std::sin(at[0]) / at[2], at[2] * at[2]});
  for (std::size_t i = 0; i < 9; ++i) {
    check_row(slopes[i], vjp(f, at, rows[i]));
    const std::array point{at[0], at[1], at[2]}, along{rows[i][0], rows[i][1], rows[i][2]};
    check_row(changes[i], jvp(f, point, along).second);
    check_row(products[i], hvp(energy, at, rows[i]));
  }
  CHECK(vjp_batch(f, at, std::vector<std::vector<double>>{}).empty());
  CHECK_THROWS_WITH_AS(vjp_batch(f, at, std::vector<std::vector<double>>{{1, 2, 3}, {1, 2}}),
                       doctest::Contains("vjp_batch: cotangent 1 has 2 numbers; 3 are wanted"), error);
  CHECK_THROWS_WITH_AS(jvp_batch(f, at, std::vector<std::vector<double>>{{1, 2}}),
                       doctest::Contains("jvp_batch: direction 0 has 2 numbers; 3 are wanted"), error);

  const auto whole = [](const auto& x) { return x * x * 2.0; };
  const array x{1.0, 2.0};
  const std::vector<array> some{array{1.0, 0.0}, array{0.5, -1.0}};
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(identical(vjp_batch(whole, x, some)[i], vjp(whole, x, some[i])));
    CHECK(identical(jvp_batch(whole, x, some).second[i], some[i] * x * 4.0));
    CHECK(identical(hvp_batch([](const auto& a) { return sum(a * a); }, x, some)[i], some[i] * 2.0));
  }
}
