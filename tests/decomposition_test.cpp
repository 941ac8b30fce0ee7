// cholesky and qr: factors against what defines them, slopes against differences.

#include "matrix_slopes.hpp"

#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("cholesky and its slopes") {
  const auto a = positive_definite({2, 4, 4}, 51);
  const auto l = cholesky(a);
  CHECK(close(matmul(l, transpose(l)), a));
  CHECK(identical(l, tril(l)));
  CHECK(close(cholesky(array{{4.0, 2.0}, {2.0, 10.0}}), array{{2.0, 0.0}, {1.0, 3.0}}));
  CHECK(close(cholesky(array{{4.0, 4.0}, {0.0, 10.0}}), array{{2.0, 0.0}, {1.0, 3.0}}));  // of the symmetric part
  check_both([](const auto& x) { return weighed(square(cholesky(x))); }, a);
  const auto slope = gradient_of([](const auto& x) { return weighed(cholesky(x)); }, a);
  CHECK(close(slope, transpose(slope)));
}

TEST_CASE("qr and its slopes") {
  for (const auto& shape : {dims{3, 3}, dims{2, 5, 3}, dims{4, 1}}) {
    const auto a = random_values(shape, 61);
    const auto [q, r] = qr(a);
    CHECK(close(matmul(q, r), a));
    CHECK(close(matmul(transpose(q), q), unit_of(r)));
    CHECK(identical(r, triu(r)));
    CHECK(all(diagonal(r, 0, -2, -1) > 0.0));
    check_both([](const auto& x) { return weighed(square(qr(x).q)); }, a, 1e-7);
    check_both([](const auto& x) { return weighed(square(qr(x).r)); }, a, 1e-7);
    const auto product = [](const auto& x) {
      const auto y = qr(x);
      return weighed(matmul(y.q, y.r));
    };
    CHECK(close(gradient_of(product, a), random_values(shape, 77), 1e-11));
  }
  CHECK(close(qr(array{{3.0, 1.0}, {4.0, 2.0}}).r, array{{5.0, 2.2}, {0.0, 0.4}}));  // numpy.linalg.qr, but for signs
}
