// scalar in the place of a built-in number: mixed arithmetic with every one of them, comparisons, the standard
// library's templates, and text.
#include "finite_difference.hpp"

#include <algorithm>
#include <array>
#include <complex>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <type_traits>
#include <valarray>

using namespace seegrad;

namespace {

// `a op b` has the value of the same with doubles, and its slope by the scalar is as said.
template <class A, class B>
auto recorded(const scalar& y, const scalar& x, double value, double slope, A, B) -> void {
  static_assert(std::is_same_v<decltype(std::declval<A>() + std::declval<B>()), scalar>);
  CHECK(y.value() == value);
  CHECK(gradient(y, wrt(x))[0] == slope);
}

}  // namespace

TEST_CASE_TEMPLATE("mixed arithmetic", N, bool, char, signed char, unsigned char, short, unsigned short, int, unsigned, long,
                   unsigned long, long long, unsigned long long, float, double, long double, wchar_t, char16_t) {
  graph g;
  const scalar x = input(4.0);
  const auto n = static_cast<N>(std::is_same_v<N, bool> ? 1 : 2);
  const double v = static_cast<double>(n);
  recorded(x + n, x, 4 + v, 1, x, n);
  recorded(n + x, x, 4 + v, 1, n, x);
  recorded(x - n, x, 4 - v, 1, x, n);
  recorded(n - x, x, v - 4, -1, n, x);
  recorded(x * n, x, 4 * v, v, x, n);
  recorded(n * x, x, 4 * v, v, n, x);
  recorded(x / n, x, 4 / v, 1 / v, x, n);
  recorded(n / x, x, v / 4, -v / 16, n, x);
  recorded(pow(x, n), x, std::pow(4, v), v * std::pow(4, v - 1), x, n);
  recorded(max(x, n), x, 4, 1, x, n);
  recorded(min(n, x), x, v, 0, n, x);
  recorded(fma(n, x, n), x, v * 4 + v, v, x, n);
  recorded(clamp(x, n, 5), x, 4, 1, x, n);

  scalar y = x;
  CHECK(&(y += n) == &y);
  CHECK(&(y -= n) == &y);
  CHECK(&(y *= n) == &y);
  CHECK(&(y /= n) == &y);
  recorded(y, x, 4, 1, x, n);
  y = n;
  CHECK(y.is_constant());
  CHECK(y.value() == v);

  CHECK(x != n);
  CHECK(n != x);
  CHECK_FALSE(x == n);
  CHECK_FALSE(n == x);
  CHECK(x > n);
  CHECK(n < x);
  CHECK(x >= n);
  CHECK(n <= x);
  CHECK_FALSE(x < n);
  CHECK_FALSE(n > x);
  CHECK_FALSE(x <= n);
  CHECK_FALSE(n >= x);
  CHECK(scalar(n) == n);
  CHECK(n >= scalar(n));

  static_assert(std::is_constructible_v<scalar, N> && std::is_convertible_v<N, scalar>);
  static_assert(std::is_constructible_v<N, scalar> && !std::is_convertible_v<scalar, N>);  // only in so many words
  CHECK(static_cast<N>(scalar(n)) == n);
}

TEST_CASE("compound assignment with handles, also with itself") {
  graph g;
  const scalar a = input(3.0), b = input(5.0);
  scalar y = a;
  y *= b;  // 15
  y += a;  // 18
  y -= b;  // 13
  y /= a;  // (ab + a - b) / a
  CHECK(y.value() == doctest::Approx(13.0 / 3));
  CHECK(gradient(y, wrt(a, b))[0] == doctest::Approx(5.0 / 9));
  CHECK(gradient(y, wrt(a, b))[1] == doctest::Approx(2.0 / 3));
  scalar z = a;
  z *= z;
  z += z;
  CHECK(z.value() == 18);
  CHECK(gradient(z, wrt(a))[0] == 12);
  CHECK((+a).ref() == a.ref());
  CHECK(gradient(-a, wrt(a))[0] == -1);
}

TEST_CASE("NaN compares as it does for double") {
  const scalar n = std::numeric_limits<scalar>::quiet_NaN(), one = 1;
  for (const bool truth : {n == n, n<one, n> one, n <= one, n >= one, one < n}) CHECK_FALSE(truth);
  CHECK(n != n);
  CHECK(isnan(n));
  CHECK_FALSE(isfinite(n));
  CHECK(isinf(std::numeric_limits<scalar>::infinity()));
  CHECK(signbit(scalar(-0.0)));
}

TEST_CASE("std::numeric_limits") {
  using of_scalar = std::numeric_limits<scalar>;
  using of_double = std::numeric_limits<double>;
  static_assert(of_scalar::is_specialized && of_scalar::is_signed && !of_scalar::is_integer && of_scalar::has_infinity);
  static_assert(of_scalar::digits == of_double::digits && of_scalar::max_exponent == of_double::max_exponent);
  static_assert(std::is_same_v<decltype(of_scalar::max()), scalar> && std::is_same_v<decltype(of_scalar::infinity()), scalar>);
  CHECK(of_scalar::min() == of_double::min());
  CHECK(of_scalar::max() == of_double::max());
  CHECK(of_scalar::lowest() == of_double::lowest());
  CHECK(of_scalar::epsilon() == of_double::epsilon());
  CHECK(of_scalar::denorm_min() == of_double::denorm_min());
  CHECK(of_scalar::round_error() == of_double::round_error());
  CHECK(std::numeric_limits<const scalar>::digits == of_double::digits);
}

TEST_CASE("algorithms and containers of the standard library") {
  graph g;
  std::vector<scalar> x;
  for (const double v : {3.0, -1.0, 2.0, 0.5}) x.push_back(input(v));

  const scalar sum = std::accumulate(x.begin(), x.end(), scalar(0));
  CHECK(gradient(sum, x) == std::vector<double>{1, 1, 1, 1});
  const scalar squares = std::inner_product(x.begin(), x.end(), x.begin(), scalar(0));
  CHECK(gradient(squares, x) == std::vector<double>{6, -2, 4, 1});
  const scalar product = std::reduce(x.begin(), x.end(), scalar(1), std::multiplies<>{});
  CHECK(gradient(product, x) == std::vector<double>{-1, 3, -1.5, -6});
  std::vector<scalar> sums(x.size());
  std::partial_sum(x.begin(), x.end(), sums.begin());
  CHECK(gradient(sums[1], x) == std::vector<double>{1, 1, 0, 0});
  const scalar dot = std::transform_reduce(x.begin(), x.end(), scalar(0), std::plus<>{}, [](const scalar& v) { return exp(v); });
  CHECK(gradient(dot, x)[2] == doctest::Approx(std::exp(2.0)));

  // By value; a handle keeps its node wherever it is moved to.
  auto sorted = x;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
  CHECK(sorted.front().ref() == x[1].ref());
  std::ranges::sort(sorted, std::greater<>{});
  CHECK(gradient(sorted[1], x) == std::vector<double>{0, 0, 1, 0});
  CHECK(std::max_element(x.begin(), x.end())->ref() == x[0].ref());
  CHECK(std::ranges::min(x).ref() == x[1].ref());
  const auto nodes = g.size();
  CHECK(std::max(x[0], x[1]).ref() == x[0].ref());
  CHECK(std::min({x[0], x[1], x[2]}).ref() == x[1].ref());
  CHECK(std::clamp(x[2], x[1], x[3]).ref() == x[3].ref());
  CHECK(g.size() == nodes);  // these choose, and compute nothing
  CHECK(gradient(std::max(x[0], x[2]) * 2, x) == std::vector<double>{2, 0, 0, 0});

  std::array<scalar, 3> few{1, 2.5, x[0]};
  std::swap(few[0], few[2]);
  CHECK(few[0].ref() == x[0].ref());
  CHECK(std::vector<scalar>(5) == std::vector<scalar>(5, 0.0));
  const std::map<scalar, int> by_value{{2, 20}, {1, 10}};
  CHECK(by_value.begin()->second == 10);
  const std::valarray<scalar> row{x[0], x[2]};
  CHECK(gradient((row * row).sum(), x) == std::vector<double>{6, 0, 4, 0});
  CHECK(std::midpoint(1.0, 2.0) == 1.5);
  static_assert(std::totally_ordered<scalar> && std::regular<scalar> && std::totally_ordered_with<scalar, scalar>);
  static_assert(std::is_nothrow_default_constructible_v<scalar>);
}

TEST_CASE("functions of <cmath> in a template written for double") {
  const auto norm = [](const auto& x, const auto& y) {
    using std::abs, std::sqrt, std::hypot, std::fmin, std::fmax, std::fabs;
    return sqrt(x * x + y * y) + hypot(x, y) + abs(x) + fabs(y) + fmin(x, y) + fmax(x, y);
  };
  static_assert(std::is_same_v<decltype(norm(1.0, 2.0)), double>);
  check_against_differences([&](const std::vector<scalar>& v) { return norm(v[0], v[1]); }, {3.0, -4.0});
  const auto powers = [](const std::vector<scalar>& v) {
    int e = 0;
    scalar whole;
    const scalar mantissa = frexp(v[0], &e), rest = modf(v[0], &whole);
    return ldexp(mantissa, 3) + rest * rest + scalbn(v[0], -1) + logb(v[0]) * whole;
  };
  check_against_differences(powers, {5.3});
}

TEST_CASE("std::complex") {
  // Real and imaginary part of (x + iy)³, by its real derivative: 3 (x² - y²) and 6xy.
  graph g;
  const scalar x = input(1.5), y = input(-0.5);
  const std::complex<scalar> z(x, y), cube = z * z * z;
  CHECK(gradient(cube.real(), wrt(x))[0] == doctest::Approx(3 * (1.5 * 1.5 - 0.25)));
  CHECK(gradient(cube.imag(), wrt(x))[0] == doctest::Approx(6 * 1.5 * -0.5));
  CHECK(gradient(std::norm(z), wrt(y))[0] == doctest::Approx(-1));
}

TEST_CASE("text") {
  graph g;
  const scalar x = input(2.0) / 3;
  CHECK(fmt::format("{}", x) == fmt::format("{}", 2.0 / 3));
  CHECK(fmt::format("{:.3f}|{:>8.2e}", x, x) == fmt::format("{:.3f}|{:>8.2e}", 2.0 / 3, 2.0 / 3));
  std::ostringstream out, expected;
  out.precision(3), expected.precision(3);
  out << x << ' ' << scalar(1e300) << ' ' << std::numeric_limits<scalar>::infinity();
  expected << 2.0 / 3 << ' ' << 1e300 << ' ' << std::numeric_limits<double>::infinity();
  CHECK(out.str() == expected.str());
  std::istringstream in("2.5 word");
  scalar read = 1;
  in >> read;
  CHECK(read == 2.5);
  CHECK(read.is_constant());
  in >> read;
  CHECK(in.fail());
  CHECK(read == 2.5);  // kept
}
