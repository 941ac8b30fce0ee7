// Linear algebra: values against identities and numpy, slopes against differences.

#include <autodiff/autodiff.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/derive/forward.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>
#include <autodiff/ops/structural/make_structural.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <random>

#include "message.hpp"

namespace {

using namespace seegrad;

auto random_values(const dims& shape, unsigned seed) -> array {
  std::mt19937 bits(seed);
  auto a = zeros(shape);
  for (auto& v : a.writable<double>()) v = 2.0 * bits() / 4294967296.0 - 1;
  return a;
}
auto positive_definite(const dims& shape, unsigned seed) -> array {
  const auto m = random_values(shape, seed);
  return matmul(m, transpose(m)) + 0.3 * eye(shape.back());
}
auto close(const array& a, const array& b, double tolerance = 1e-12) -> bool { return all_close(a, b, tolerance, tolerance); }
auto unit_of(const array& like) -> array { return expand(eye(like.shape().back()), like.shape()); }

// Sums with weights that no symmetry of a factor hides.
template <class X>
auto weighed(const X& x, unsigned seed = 77) -> X {
  return sum(x * random_values(x.shape(), seed));
}

// (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h: its error is some 1e-10 for the functions here.
template <class F>
auto difference(F f, double h) {
  return (8.0 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

template <class F>
auto gradient_of(F f, const array& x) -> array {
  graph g;
  const auto in = input(x);
  return gradient(f(in), std::array{in})[0];
}

template <class F>
auto check_slopes(F f, const array& x, double tolerance = 1e-8) -> void {
  const auto found = gradient_of(f, x);
  REQUIRE(found.shape() == x.shape());
  auto expected = zeros(x.shape());
  for (index_t i = 0; i < x.size(); ++i) {
    const auto moved = [&](double by) {
      auto m = x.copy();
      m.writable<double>()[static_cast<std::size_t>(i)] += by;
      return f(m).item();
    };
    expected.writable<double>()[static_cast<std::size_t>(i)] = difference(moved, 1e-3);
  }
  CHECK(close(found, expected, tolerance));
}

// The Hessian along a direction, by a sweep over the recorded gradient and by forward mode over it, against differences of
// gradients.
template <class F>
auto check_curvature(F f, const array& x, double tolerance = 1e-7) -> void {
  const auto v = random_values(x.shape(), 5);
  const auto expected = difference([&](double by) { return gradient_of(f, x + by * v); }, 1e-3);
  graph g;
  const auto in = input(x);
  const auto y = f(in);
  CHECK(close(hessian_vector(y, in, v), expected, tolerance));
  const auto slope = recorded_gradient(y, std::array{in})[0];
  const array along[] = {v};
  const tensor by[] = {in};
  CHECK(close(jvp(slope, by, along), expected, tolerance));
}

template <class F>
auto check_both(F f, const array& x, double tolerance = 1e-8) -> void {
  check_slopes(f, x, tolerance);
  check_curvature(f, x, 10 * tolerance);
}

auto says(const std::string& text, const std::string& part) -> bool {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("solve: vectors, matrices, stacks and their slopes") {
  const auto a = random_values({4, 4}, 1), b = random_values({4}, 2), many = random_values({4, 3}, 3);
  const auto stack = random_values({2, 3, 4, 4}, 4), column = random_values({1, 3, 4, 1}, 5),
             vectors = random_values({2, 3, 4}, 6);
  CHECK(solve(a, b).shape() == dims{4});
  CHECK(close(matmul(a, solve(a, b)), b));
  CHECK(close(matmul(a, solve(a, many)), many));
  CHECK(solve(stack, column).shape() == dims{2, 3, 4, 1});
  CHECK(close(matmul(stack, solve(stack, column)), expand(column, {2, 3, 4, 1}), 1e-10));
  CHECK(close(matmul(stack, unsqueeze(solve(stack, vectors), -1)), unsqueeze(vectors, -1), 1e-10));
  CHECK(close(solve(a, stack), matmul(inverse(a), stack), 1e-10));
  CHECK(close(solve(flip(a, {0, 1}), b), flip(solve(a, flip(b, {0})), {0}), 1e-11));  // strides below 0
  // numpy.linalg.solve([[2, 1], [1, 3]], [3, 5])
  CHECK(close(solve(array{{2.0, 1.0}, {1.0, 3.0}}, array{3.0, 5.0}), array{0.8, 1.4}));

  const auto regular = stack + 3 * eye(4);
  check_both([&](const auto& x) { return weighed(square(solve(x, b))); }, a + 2 * eye(4));
  check_both([&](const auto& x) { return weighed(square(solve(a + 2 * eye(4), x))); }, many);
  check_both([&](const auto& x) { return weighed(solve(x, column)); }, regular);
  check_both([&](const auto& x) { return weighed(square(solve(regular, x))); }, column);
  check_slopes([&](const auto& x) { return weighed(solve(x, vectors)); }, regular);
  check_both([&](const auto& x) { return weighed(solve(x, regular)); }, a + 2 * eye(4));
  check_both([&](const auto& x) { return weighed(solve(x, square(x))); }, a + 2 * eye(4));
}

TEST_CASE("triangular_solve: every kind, and its slopes") {
  const auto a = random_values({2, 4, 4}, 11) + 2 * eye(4), b = random_values({1, 4, 3}, 12), v = random_values({2, 4}, 13);
  for (int kind = 0; kind < 8; ++kind) {
    const triangular how{(kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0};
    CAPTURE(kind);
    auto t = how.upper ? triu(a) : tril(a);
    if (how.unit_diagonal) t = (how.upper ? triu(a, 1) : tril(a, -1)) + eye(4);
    if (how.transposed) t = transpose(t);
    CHECK(close(matmul(t, triangular_solve(a, b, how)), expand(b, {2, 4, 3}), 1e-11));
    CHECK(close(matmul(t, unsqueeze(triangular_solve(a, v, how), -1)), unsqueeze(v, -1), 1e-11));
    check_both([&](const auto& x) { return weighed(square(triangular_solve(x, b, how))); }, a);
    check_both([&](const auto& x) { return weighed(square(triangular_solve(a, x, how))); }, b);
  }
  CHECK(says(message_of([] {
               triangular_solve(array{{1.0, 0.0}, {2.0, 0.0}}, array{1.0, 1.0});
             }),
             "element 1 of its diagonal is 0"));
}

TEST_CASE("inverse and its slopes") {
  const auto a = random_values({3, 4, 4}, 21) + 2 * eye(4);
  CHECK(close(matmul(a, inverse(a)), unit_of(a), 1e-11));
  CHECK(close(inverse(array{{1.0, 2.0}, {3.0, 4.0}}), array{{-2.0, 1.0}, {1.5, -0.5}}));
  check_both([](const auto& x) { return weighed(inverse(x)); }, a);
}

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
  CHECK(close(matmul(transpose(cofactors(a)), a), as_factor(det(a)) * eye(5)));
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
  CHECK(says(message_of([&] { backward(y); }), "logdet: a matrix of [2x2] is singular"));
}

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

TEST_CASE("eigh and its slopes") {
  const auto a = random_values({2, 4, 4}, 71);
  const auto s = (a + transpose(a)) * 0.5;
  const auto [w, v] = eigh(a);
  CHECK(close(matmul(v * unsqueeze(w, -2), transpose(v)), s));
  CHECK(close(matmul(transpose(v), v), unit_of(v)));
  CHECK(all(slice(w, -1, 1, 4) > slice(w, -1, 0, 3)));
  CHECK(close(eigh(array{{2.0, 1.0}, {1.0, 2.0}}).values, array{1.0, 3.0}));
  CHECK(close(eigh(array{{0.0, 0.0}, {0.0, -3.0}}).vectors, array{{0.0, 1.0}, {1.0, 0.0}}));
  check_both([](const auto& x) { return weighed(square(eigh(x).values)); }, a, 1e-7);
  check_both([](const auto& x) { return weighed(square(eigh(x).vectors)); }, a, 1e-6);
  check_both([](const auto& x) { return weighed(eigh(x).vectors); }, a, 1e-6);  // by the rule for signs
  const auto function_of_matrix = [](const auto& x) {
    const auto y = eigh(x);
    return weighed(matmul(y.vectors * unsqueeze(tanh(y.values), -2), transpose(y.vectors)));
  };
  check_both(function_of_matrix, a, 1e-7);
}

TEST_CASE("eigh: equal eigenvalues") {
  const auto trace_of_exp = [](const auto& x) { return sum(exp(eigh(x).values)); };
  check_slopes(trace_of_exp, eye(3));
  check_slopes(trace_of_exp, array{{2.0, 0.0, 0.0}, {0.0, 2.0, 0.0}, {0.0, 0.0, 5.0}});
  // A loss by way of the vectors has finite slopes there, whatever they mean.
  CHECK(all(isfinite(gradient_of([](const auto& x) { return weighed(eigh(x).vectors); }, eye(3)))));
}

TEST_CASE("svd and its slopes") {
  for (const auto& shape : {dims{3, 3}, dims{2, 5, 3}, dims{2, 4}, dims{1, 3}}) {
    const auto a = random_values(shape, 81);
    const auto [u, s, vt] = svd(a);
    CHECK(close(matmul(u * unsqueeze(s, -2), vt), a));
    CHECK(close(matmul(transpose(u), u), unit_of(matmul(transpose(u), u))));
    CHECK(close(matmul(vt, transpose(vt)), unit_of(matmul(vt, transpose(vt)))));
    CHECK(all(s > 0.0));
    check_both([](const auto& x) { return weighed(square(svd(x).s)); }, a, 1e-7);
    check_both([](const auto& x) { return weighed(square(svd(x).u)); }, a, 1e-6);
    check_both([](const auto& x) { return weighed(square(svd(x).vt)); }, a, 1e-6);
    const auto bent = [](const auto& x) {
      const auto y = svd(x);
      return weighed(matmul(y.u * unsqueeze(tanh(y.s), -2), y.vt));
    };
    check_both(bent, a, 1e-7);
  }
  CHECK(close(svd(array{{3.0, 0.0}, {4.0, 5.0}}).s, array{std::sqrt(45.0), std::sqrt(5.0)}));
  CHECK(all(isfinite(gradient_of([](const auto& x) { return weighed(svd(x).u) + weighed(svd(x).vt); }, ones({3, 2})))));
}

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
  for (const auto& f : {det_sign(a.cast(float32)), det(a.cast(float32)), svd(a.cast(float32)).s, eigh(a.cast(float32)).vectors,
                        qr(a.cast(float32)).q})
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
  CHECK(says(message_of([&] { inverse(two_wrong); }), "matrix (17) of [40x12x12] is singular"));
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
  says(message_of([&] { solve(singular, ones({3})); }),
       "solve: the matrix [3x3] is singular to working precision: its pivot 2 is ");
  says(message_of([&] { inverse(singular.cast(float32)); }), "inverse: the matrix [3x3] is singular");
  says(message_of([&] { inverse(zeros({2, 2})); }), "inverse: the matrix [2x2] is singular: its pivot 0 is 0");
  says(message_of([&] {
         solve(stack(std::vector<array>{eye(2), ones({2, 2})}), ones({2, 2}));
       }),
       "matrix (1) of [2x2x2] is singular");
  says(message_of([&] { solve(unsqueeze(singular, 0), ones({4, 3, 1})); }), "matrix (0) of [1x3x3]");
  // Badly scaled is not singular.
  CHECK(close(solve(array{{1.0, 1.0}, {1e-20, 2e-20}}, array{3.0, 5e-20}), array{1.0, 2.0}));
  CHECK(close(solve(array{{1.0, 1e-20}, {1.0, 2e-20}}, array{3.0, 5.0}) * array{1.0, 1e-20}, array{1.0, 2.0}));

  says(message_of([] { solve(ones({3, 2}), ones({3})); }), "solve: the matrices of [3x2] are not square, but 3 by 2");
  says(message_of([] { solve(ones({2, 3, 3}), ones({3})); }), "unsqueeze(b, -1) makes a column of it");
  says(message_of([] {
         solve(eye(3), ones({2, 3}));
       }),
       "solve: the right-hand side [2x3] has 2 rows, but the matrices [3x3] have 3; transpose(b)");
  says(message_of([] {
         solve(ones({2, 3, 3}), ones({3, 4}));
       }),
       "solve: [3x4], with one axis less than the matrices [2x3x3], is a stack of vectors, ");
  says(message_of([] { solve(ones({2, 3, 3}), ones({4, 3, 1})); }), "solve: ");
  says(message_of([] { det(ones({3})); }), "det: [3] is no matrix");
  says(message_of([] { qr(ones({2, 3})); }), "fewer rows than columns; qr(transpose(x))");
  auto indefinite = eye(3) * 2.0;
  indefinite.set(5, 2, 1), indefinite.set(5, 1, 2);
  says(message_of([&] {
         cholesky(stack(std::vector<array>{eye(3), indefinite}));
       }),
       "cholesky: matrix (1) of [2x3x3] is not positive definite: its leading minor of order 3 is not (pivot -10.5)");
  says(message_of([&] { gradient_of([](const auto& x) { return weighed(qr(x).q); }, zeros({3, 2})); }), "linearly dependent");
}
