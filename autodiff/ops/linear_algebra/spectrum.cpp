#include <autodiff/ops/linear_algebra/spectrum.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

template <class T>
auto sign_of(const auto& column) -> T {
  Eigen::Index at = 0;
  column.cwiseAbs().maxCoeff(&at);
  return column(at) < 0 ? T(-1) : T(1);
}

template <class Solver>
auto need_success(const Solver& solver, std::string_view who, const dims& shape, const dims& batch, index_t k) -> void {
  if (solver.info() != Eigen::Success)
    throw error(fmt::format("{}: the iteration did not converge for {}", who, name_of_matrix(shape, batch, k)));
}

}  // namespace

auto eigen_pairs(const array& a) -> std::vector<array> {
  return several_in_double(eigh_op::results({}, std::array{a}), [&](std::vector<array>& y) {
    if (a.size() == 0) return;
    const auto n = a.shape().back();
    const auto batch = batch_of(a.shape());
    const matrices_in<double> as(a);
    const matrices_out<double> values(y[0], 1, n), vectors(y[1]);
    for_each_matrix(elements(batch), 9 * n * n * n, [&](index_t k) {
      auto w = values(k), v = vectors(k);
      const matrix_of<double> s = (as(k) + as(k).transpose()) * 0.5;
      if (!s.allFinite()) {
        w.setConstant(nan_of<double>()), v.setConstant(nan_of<double>());
        return;
      }
      const Eigen::SelfAdjointEigenSolver<matrix_of<double>> solver(s);
      need_success(solver, "eigh", a.shape(), batch, k);
      w = solver.eigenvalues().transpose();
      for (Eigen::Index i = 0; i < n; ++i) {
        const auto column = solver.eigenvectors().col(i);
        v.col(i) = column * sign_of<double>(column);
      }
    });
  });
}

auto singular_triples(const array& a) -> std::vector<array> {
  return several_in_double(svd_op::results({}, std::array{a}), [&](std::vector<array>& y) {
    if (a.size() == 0) return;
    const auto m = rows_of(a.shape()), n = a.shape().back(), least = std::min(m, n);
    const auto batch = batch_of(a.shape());
    const matrices_in<double> as(a);
    const matrices_out<double> us(y[0]), ss(y[1], 1, least), vts(y[2]);
    for_each_matrix(elements(batch), 20 * m * n * least, [&](index_t k) {
      auto u = us(k), s = ss(k), vt = vts(k);
      const matrix_of<double> x = as(k);
      if (!x.allFinite()) {
        for (auto* part : {&u, &s, &vt}) part->setConstant(nan_of<double>());
        return;
      }
      const Eigen::BDCSVD<matrix_of<double>> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);  // Jacobi's method for the small
      need_success(svd, "svd", a.shape(), batch, k);
      s = svd.singularValues().transpose();
      for (Eigen::Index i = 0; i < least; ++i) {
        const auto sign = sign_of<double>(svd.matrixU().col(i));
        u.col(i) = svd.matrixU().col(i) * sign;
        vt.row(i) = svd.matrixV().col(i).transpose() * sign;
      }
    });
  });
}

}  // namespace seegrad::detail
