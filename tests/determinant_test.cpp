// Determinants and cofactors, also of singular matrices: values against formulas, slopes against differences.

#include "matrix_slopes.hpp"
#include "message.hpp"

#include <autodiff/ops/structural/make_structural.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("det, logdet, slogdet: values") {
  CHECK(det(array{{1.0, 2.0}, {3.0, 4.0}}).item() == doctest::Approx(-2));
  CHECK(det(array{{2, 0, 1}, {1, 3, 2}, {1, 1, 4}}).item() == doctest::Approx(18));  // 2 (12 - 2) + (1 - 3), of whole numbers
  CHECK(det(array{{0.0, 1.0}, {1.0, 0.0}}).item() == -1);
  CHECK(det(zeros({3, 3})).item() == 0);
  const auto pair = array{{{0.0, 2.0}, {3.0, 1.0}}, {{1.0, 1.0}, {1.0, 1.0}}};
  const auto [sign, log] = slogdet(pair);
  CHECK(close(sign, array{-1.0, 0.0}));
  CHECK(log.at(0) == doctest::Approx(std::log(6.0)));
  CHECK(log.at(1) == -INFINITY);
  CHECK(logdet(1e-200 * eye(4)).item() == doctest::Approx(-800 * std::log(10.0)));  // where det is 0
  // The cofactors of a matrix of rank 2, by hand.
  CHECK(close(cofactors(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}}),
              array{{-3.0, 6.0, -3.0}, {6.0, -12.0, 6.0}, {-3.0, 6.0, -3.0}}));
  CHECK(close(cofactors(array{{2.0, 1.0}, {7.0, 3.0}}), array{{3.0, -7.0}, {-1.0, 2.0}}));
  const auto a = random_values({2, 5, 5}, 31);
  CHECK(close(matmul(transpose(cofactors(a)), a), seegrad::detail::as_factor(det(a)) * eye(5)));
}

TEST_CASE("cofactors of a matrix whose numbers are of very different sizes") {
  const long double a[3][3] = {{2.118L, -.264L, .354L}, {-.0279L, 1e17L, .208L}, {-.174L, .444L, 3.46L}};
  array m = zeros({3, 3}), minors = zeros({3, 3});
  for (index_t i = 0; i < 3; ++i)
    for (index_t j = 0; j < 3; ++j) {
      const index_t r = (i + 1) % 3, s = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
      m.set(static_cast<double>(a[i][j]), i, j);
      minors.set(static_cast<double>(a[r][c] * a[s][d] - a[r][d] * a[s][c]), i, j);
    }
  for (const double scale : {1.0, 1e-60, 1e60}) {
    const auto found = cofactors(m * scale) * (1 / scale / scale);
    CHECK(max(abs(found / minors - 1.0)).item() < 1e-13);
    graph g;
    const auto x = input(m * scale);
    CHECK(max(abs(gradient(det(x), std::array{x})[0] * (1 / scale / scale) / minors - 1.0)).item() < 1e-13);
  }
  // Singular, and no number near another in size: only the cofactors of the last column are not 0.
  const auto singular = array{{1e12, 2.0, 0.0}, {3e-9, 4e5, 0.0}, {5.0, 6e-7, 0.0}};
  const auto c = cofactors(singular);
  CHECK(close(c.at(0, 2), 3e-9 * 6e-7 - 4e5 * 5.0));
  CHECK(close(c.at(1, 2), 2.0 * 5.0 - 1e12 * 6e-7));
  CHECK(close(c.at(2, 2), 1e12 * 4e5 - 2.0 * 3e-9));
}

TEST_CASE("det, logdet: slopes, also of singular matrices") {
  const auto f = [](const auto& x) { return weighed(det(x)); };
  const auto a = random_values({2, 4, 4}, 41), u = random_values({4, 3}, 42), v = random_values({3, 4}, 43);
  check_both(f, a);
  check_both(f, matmul(u, v));                                  // rank 3
  check_both(f, matmul(slice(u, 1, 0, 2), slice(v, 0, 0, 2)));  // rank 2: no first derivative, but a second
  check_both(f, matmul(slice(u, 1, 0, 1), slice(v, 0, 0, 1)));  // rank 1: neither
  check_both(f, zeros({3, 3}));
  check_both(f, array{{{2.0}}, {{0.0}}});
  check_slopes([](const auto& x) { return weighed(square(cofactors(x))); }, matmul(u, v));
  check_both([](const auto& x) { return weighed(square(cofactors(x))); }, a);
  check_both([](const auto& x) { return weighed(square(logdet(x))); }, a);
  // The third derivative, where the matrix is regular.
  check_both([&](const auto& x) { return weighed(square(structured<cofactors_slope_op>({}, x, a))); }, a + eye(4));
  check_both([&](const auto& x) { return weighed(square(structured<cofactors_slope_op>({}, a, x))); }, a + eye(4));

  graph g;
  const auto x = input(ones({2, 2}));
  const auto y = logdet(x);
  CHECK(y.value().item() == -INFINITY);
  check_contains(message_of([&] { backward(y); }), "logdet: a matrix of [2x2] is singular");
}
