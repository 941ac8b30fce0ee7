// scalar as the number type of Eigen: the gradients against finite differences and against matrix calculus.
#include "finite_difference.hpp"

#include <autodiff/trace/eigen.hpp>

#include <Eigen/Dense>
#include <random>
#include <sstream>

using namespace seegrad;

namespace {

using matrix_of = Eigen::Matrix<scalar, Eigen::Dynamic, Eigen::Dynamic>;
using vector_of = Eigen::Matrix<scalar, Eigen::Dynamic, 1>;
using Eigen::MatrixXd;
using Eigen::VectorXd;

auto numbers_at_random(std::size_t n, unsigned seed) -> std::vector<double> {
  std::mt19937 random(seed);
  std::vector<double> out(n);
  for (auto& x : out) x = static_cast<double>(random()) / 4294967296.0 - 0.5;
  return out;
}

/// n × n, well conditioned: a random matrix with n added to its diagonal.
auto square_at_random(int n, unsigned seed) -> MatrixXd {
  const auto numbers = numbers_at_random(static_cast<std::size_t>(n * n), seed);
  return Eigen::Map<const MatrixXd>(numbers.data(), n, n) + n * MatrixXd::Identity(n, n);
}

auto inputs(const MatrixXd& m) -> matrix_of {
  return m.unaryExpr([](double x) { return input(x); });
}
auto gradients(const matrix_of& m) -> MatrixXd {
  return m.unaryExpr([](const scalar& x) { return grad(x); });
}
auto as_matrix(const std::vector<scalar>& x, int n) -> matrix_of { return Eigen::Map<const matrix_of>(x.data(), n, n); }
auto flat(const MatrixXd& m) -> std::vector<double> { return {m.data(), m.data() + m.size()}; }

auto near(const MatrixXd& found, const MatrixXd& expected) -> void {
  REQUIRE(found.rows() == expected.rows());
  REQUIRE(found.cols() == expected.cols());
  CHECK((found - expected).cwiseAbs().maxCoeff() <= 1e-12 * (1 + expected.cwiseAbs().maxCoeff()));
}

}  // namespace

TEST_CASE("products") {
  const MatrixXd a = square_at_random(4, 1), b = square_at_random(4, 2), w = square_at_random(4, 3);
  graph g;
  const matrix_of A = inputs(a), B = inputs(b);
  const auto before = g.size();
  const matrix_of C = A * B;
  // n³ multiplications and n²(n - 1) additions: no sum begins with a recorded 0.
  CHECK(g.size() - before == 64 + 48);
  near(C.cast<double>(), a * b);
  backward((w.cast<scalar>().cwiseProduct(C)).sum());
  near(gradients(A), w * b.transpose());
  near(gradients(B), a.transpose() * w);

  SUBCASE("with numbers, on either side") {
    const VectorXd v = VectorXd::LinSpaced(4, 1.0, 2.0);
    near((A * b).eval().cast<double>(), a * b);
    near((a * B).eval().cast<double>(), a * b);
    const vector_of y = A * v;
    backward(y.sum());
    near(gradients(A), VectorXd::Ones(4) * v.transpose());
    const scalar q = v.dot(A.transpose() * (A * v));  // |Av|²
    backward(q);
    near(gradients(A), 2 * a * v * v.transpose());
    backward(((2.0 * A + b - A * 0.5) / 3).sum());
    near(gradients(A), MatrixXd::Constant(4, 4, 0.5));
    CHECK((2 * A).eval()(0, 0).value() == 2 * a(0, 0));
  }
  SUBCASE("fixed sizes") {
    Eigen::Matrix<scalar, 2, 3> M;
    for (int i = 0; i < 6; ++i) M(i / 3, i % 3) = input(i + 1.0);
    const Eigen::Matrix<scalar, 2, 2> S = M * M.transpose();
    CHECK(S(0, 1).value() == 1 * 4 + 2 * 5 + 3 * 6);
    backward(S(0, 1));
    CHECK(grad(M(0, 2)) == 6);
    const Eigen::Matrix<scalar, 3, 1> p{input(1.0), input(2.0), input(3.0)}, q{0.0, 0.0, 1.0};
    backward(p.cross(q)(0));
    CHECK(grad(p(1)) == 1);
    CHECK(grad(p(0)) == 0);
  }
}

TEST_CASE("LU: d(A⁻¹b)") {
  // For y = w·x with A x = b, and λ from Aᵀλ = w: dy/db = λ and dy/dA = -λ xᵀ.
  for (const int n : {2, 3, 5, 20}) {
    CAPTURE(n);
    const MatrixXd a = square_at_random(n, 7);
    const VectorXd b = VectorXd::LinSpaced(n, -1.0, 2.0), w = VectorXd::LinSpaced(n, 1.0, 3.0);
    const VectorXd x = a.partialPivLu().solve(b), lambda = a.transpose().partialPivLu().solve(w);
    const auto with = [&](auto solve) {
      graph g;
      const matrix_of A = inputs(a);
      const vector_of rhs = inputs(b), found = solve(A, rhs);
      near(found.cast<double>(), x);
      backward(found.dot(w));
      near(gradients(rhs), lambda);
      near(gradients(A), -lambda * x.transpose());
    };
    with([](const matrix_of& A, const vector_of& r) -> vector_of { return A.partialPivLu().solve(r); });
    with([](const matrix_of& A, const vector_of& r) -> vector_of { return A.fullPivLu().solve(r); });
    with([](const matrix_of& A, const vector_of& r) -> vector_of { return A.householderQr().solve(r); });
    if (n <= 5) with([](const matrix_of& A, const vector_of& r) -> vector_of { return A.inverse() * r; });
  }
}

TEST_CASE("LLT") {
  // The determinant of a symmetric S is the squared product of the diagonal of L: d log|S| / dS = S⁻¹ over the lower
  // triangle, the only one that is read, where entries off the diagonal stand for two.
  const MatrixXd r = square_at_random(4, 11), s = r * r.transpose();
  graph g;
  const matrix_of S = inputs(s);
  const Eigen::LLT<matrix_of> llt(S);
  REQUIRE(llt.info() == Eigen::Success);
  const matrix_of L = llt.matrixL();
  scalar log_determinant = 0;
  for (int i = 0; i < 4; ++i) log_determinant += 2 * log(L(i, i));
  CHECK(log_determinant.value() == doctest::Approx(std::log(s.determinant())).epsilon(1e-12));
  backward(log_determinant);
  const MatrixXd inverse = s.inverse();
  const MatrixXd strict = (2 * inverse).triangularView<Eigen::StrictlyLower>();
  near(gradients(S), strict + MatrixXd(inverse.diagonal().asDiagonal()));

  const auto solved = [](const std::vector<scalar>& x) {
    const matrix_of R = as_matrix(x, 3), Q = R * R.transpose();
    return scalar(Q.llt().solve(vector_of::LinSpaced(3, 1.0, 2.0)).sum());
  };
  check_against_differences(solved, flat(square_at_random(3, 12)));
}

TEST_CASE("determinant and inverse") {
  for (const int n : {3, 6}) {
    const MatrixXd a = square_at_random(n, 5);
    graph g;
    const matrix_of A = inputs(a);
    const scalar d = A.determinant();
    CHECK(d.value() == doctest::Approx(a.determinant()).epsilon(1e-13));
    backward(d);
    near(gradients(A) / a.determinant(), a.inverse().transpose());  // Jacobi's formula
  }
  const auto trace_of_inverse = [](const std::vector<scalar>& x) { return scalar(as_matrix(x, 3).inverse().trace()); };
  check_against_differences(trace_of_inverse, flat(square_at_random(3, 6)));
}

TEST_CASE("eigenvalues") {
  // The gradient of a simple eigenvalue of a symmetric matrix is v vᵀ.
  const MatrixXd r = square_at_random(4, 13), s = r + r.transpose() + MatrixXd(VectorXd::LinSpaced(4, 0.0, 6.0).asDiagonal());
  graph g;
  const matrix_of S = inputs(s), both = (S + S.transpose()) / 2;
  const Eigen::SelfAdjointEigenSolver<matrix_of> found(both, Eigen::EigenvaluesOnly);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> expected(s);
  for (int i = 0; i < 4; ++i) {
    CHECK(found.eigenvalues()(i).value() == doctest::Approx(expected.eigenvalues()(i)).epsilon(1e-12));
    backward(found.eigenvalues()(i));
    const VectorXd v = expected.eigenvectors().col(i);
    CHECK((gradients(S) - v * v.transpose()).cwiseAbs().maxCoeff() < 1e-8);
  }
}

TEST_CASE("element by element") {
  const auto f = [](const std::vector<scalar>& x) {
    const auto a = Eigen::Map<const vector_of>(x.data(), static_cast<int>(x.size())).array();
    const Eigen::ArrayXd c = Eigen::ArrayXd::LinSpaced(a.size(), 0.5, 1.5);
    return scalar((a.exp() * c + (1 + a.square()).log() / c - a.sin() + a.tanh() + a.pow(3) + (a + 2).sqrt()).sum() +
                  a.matrix().norm());
  };
  check_against_differences(f, numbers_at_random(5, 21));
  const auto g = [](const std::vector<scalar>& x) {
    const auto a = Eigen::Map<const vector_of>(x.data(), static_cast<int>(x.size())).array();
    return scalar((a < 0.0).select(2 * a, a * a).sum() + a.maxCoeff() + a.abs().sum() + a.max(0.1).sum());
  };
  check_against_differences(g, {-0.3, 0.4, -0.2, 0.25});
}

TEST_CASE("what Eigen asks of a number type") {
  using traits = Eigen::NumTraits<scalar>;
  static_assert(!traits::IsComplex && !traits::IsInteger && traits::IsSigned && traits::RequireInitialization);
  CHECK(traits::epsilon().value() == std::numeric_limits<double>::epsilon());
  CHECK(traits::dummy_precision().value() == Eigen::NumTraits<double>::dummy_precision());
  CHECK(traits::highest().value() == std::numeric_limits<double>::max());
  CHECK(traits::lowest().value() == std::numeric_limits<double>::lowest());
  CHECK(traits::digits10() == Eigen::NumTraits<double>::digits10());
  const matrix_of zero = matrix_of::Zero(2, 2), made(3, 3);
  CHECK(zero(0, 0).is_constant());
  CHECK(made(2, 2).is_constant());  // memory is initialised
  std::ostringstream out, expected;
  const MatrixXd a = square_at_random(2, 1);
  out << a.cast<scalar>();
  expected << a;
  CHECK(out.str() == expected.str());
  CHECK(matrix_of::Identity(3, 3).isApprox(matrix_of::Identity(3, 3)));
  CHECK(a.cast<scalar>().allFinite());
  CHECK(a.cast<scalar>().fullPivLu().rank() == 2);
}
