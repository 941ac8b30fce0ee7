// What all of linear algebra has in common: types, NaN, threads, matrices with nothing in them, and errors.

#include "matrix_slopes.hpp"
#include "message.hpp"

#include <autodiff/array/parallel.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("linear algebra: float32 stays, types mix, NaN spreads, threads change nothing") {
  const auto a = positive_definite({3, 4, 4}, 91), b = random_values({3, 4}, 92);
  const auto loss = [&](const auto& x) {
    return weighed(solve(x, b.cast(x.type()))) + weighed(cholesky(x)) + weighed(logdet(x));
  };
  const auto single = gradient_of(loss, a.cast(float32));
  CHECK(single.type() == float32);
  CHECK(close(single.cast(float64), gradient_of(loss, a), 2e-3));
  CHECK(solve(a.cast(float32), b).type() == float64);
  CHECK(solve(a.cast(float32), b.cast(float32)).type() == float32);
  CHECK(inverse(array{{2, 1}, {1, 1}}).type() == float64);
  for (const auto& f : {seegrad::detail::det_sign(a.cast(float32)), det(a.cast(float32)), svd(a.cast(float32)).s,
                        eigh(a.cast(float32)).vectors, qr(a.cast(float32)).q})
    CHECK(f.type() == float32);

  auto spoilt = a.copy();
  spoilt.set(NAN, 1, 2, 0);
  for (const auto& y : {solve(spoilt, b), inverse(spoilt), det(spoilt), logdet(spoilt), cholesky(spoilt), qr(spoilt).q,
                        eigh(spoilt).values, svd(spoilt).s, cofactors(spoilt)}) {
    CHECK(all(isnan(slice(y, 0, 1, 2))));
    CHECK(all(isfinite(slice(y, 0, 0, 1))));
  }

  const auto large = random_values({40, 12, 12}, 93);
  const auto one = inverse(large);
  set_num_threads(3);
  CHECK(identical(inverse(large), one));
  auto two_wrong = large.copy();
  for (index_t i = 0; i < 12; ++i) two_wrong.set(0, 30, i, 3), two_wrong.set(0, 17, 5, i);
  check_contains(message_of([&] { inverse(two_wrong); }), "matrix (17) of [40x12x12] is singular");
  set_num_threads(1);
}

TEST_CASE("linear algebra: nothing in it") {
  CHECK(det(zeros({0, 0})).item() == 1);
  CHECK(logdet(zeros({2, 0, 0})).shape() == dims{2});
  CHECK(det(zeros({0, 3, 3})).shape() == dims{0});
  CHECK(slogdet(zeros({0, 0})).sign.item() == 1);
  CHECK(solve(zeros({0, 0}), zeros({0})).shape() == dims{0});
  CHECK(solve(eye(3), zeros({3, 0})).shape() == dims{3, 0});
  CHECK(inverse(zeros({0, 2, 2})).shape() == dims{0, 2, 2});
  CHECK(eigh(zeros({0, 0})).values.shape() == dims{0});
  CHECK(eigh(zeros({0, 0})).vectors.shape() == dims{0, 0});
  CHECK(svd(zeros({0, 3})).vt.shape() == dims{0, 3});
  CHECK(qr(zeros({3, 0})).q.shape() == dims{3, 0});
  const auto everything = [](const auto& x) {
    const auto [u, s, vt] = svd(x);
    return sum(det(x)) + sum(logdet(x)) + sum(inverse(x)) + sum(cholesky(x)) + sum(qr(x).r) + sum(eigh(x).vectors) + sum(u) +
           sum(s) + sum(vt) + sum(solve(x, x)) + sum(cofactors(x));
  };
  CHECK(gradient_of(everything, zeros({0, 0})).shape() == dims{0, 0});
  CHECK(gradient_of(everything, zeros({0, 2, 2})).shape() == dims{0, 2, 2});
}

TEST_CASE("linear algebra: what goes wrong is said") {
  const auto singular = array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}};
  check_contains(message_of([&] { solve(singular, ones({3})); }),
                 "solve: the matrix [3x3] is singular to working precision: its pivot 2 is ");
  check_contains(message_of([&] { inverse(singular.cast(float32)); }), "inverse: the matrix [3x3] is singular");
  check_contains(message_of([&] { inverse(zeros({2, 2})); }), "inverse: the matrix [2x2] is singular: its pivot 0 is 0");
  check_contains(message_of([&] {
                   solve(stack(std::vector<array>{eye(2), ones({2, 2})}), ones({2, 2}));
                 }),
                 "matrix (1) of [2x2x2] is singular");
  check_contains(message_of([&] { solve(unsqueeze(singular, 0), ones({4, 3, 1})); }), "matrix (0) of [1x3x3]");
  // Badly scaled is not singular.
  CHECK(close(solve(array{{1.0, 1.0}, {1e-20, 2e-20}}, array{3.0, 5e-20}), array{1.0, 2.0}));
  CHECK(close(solve(array{{1.0, 1e-20}, {1.0, 2e-20}}, array{3.0, 5.0}) * array{1.0, 1e-20}, array{1.0, 2.0}));

  check_contains(message_of([] { solve(ones({3, 2}), ones({3})); }), "solve: the matrices of [3x2] are not square, but 3 by 2");
  check_contains(message_of([] { solve(ones({2, 3, 3}), ones({3})); }), "unsqueeze(b, -1) makes a column of it");
  check_contains(message_of([] {
                   solve(eye(3), ones({2, 3}));
                 }),
                 "solve: the right-hand side [2x3] has 2 rows, but the matrices [3x3] have 3; transpose(b)");
  check_contains(message_of([] {
                   solve(ones({2, 3, 3}), ones({3, 4}));
                 }),
                 "solve: [3x4], with one axis less than the matrices [2x3x3], is a stack of vectors, ");
  check_contains(message_of([] { solve(ones({2, 3, 3}), ones({4, 3, 1})); }), "solve: ");
  check_contains(message_of([] { det(ones({3})); }), "det: [3] is no matrix");
  check_contains(message_of([] { qr(ones({2, 3})); }), "fewer rows than columns; qr(transpose(x))");
  auto indefinite = eye(3) * 2.0;
  indefinite.set(5, 2, 1), indefinite.set(5, 1, 2);
  check_contains(message_of([&] {
                   cholesky(stack(std::vector<array>{eye(3), indefinite}));
                 }),
                 "cholesky: matrix (1) of [2x3x3] is not positive definite: its leading minor of order 3 is not (pivot -10.5)");
  check_contains(message_of([&] {
                   gradient_of([](const auto& x) { return weighed(qr(x).q); }, zeros({3, 2}));
                 }),
                 "linearly dependent");
}
