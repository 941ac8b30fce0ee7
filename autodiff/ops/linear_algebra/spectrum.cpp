#include <autodiff/ops/linear_algebra/spectrum.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>

namespace seegrad {
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

auto stacked_eigh(const array& a) -> array {
  need_square(a.shape(), "eigh");
  const auto n = a.shape().back();
  const auto batch = batch_of(a.shape());
  auto out = array::uninitialized(common_type({&a}), batch + dims{n + 1, n});
  if (out.size() == 0) return out;
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch), 9 * n * n * n, [&](index_t k) {
      auto y = ys(k);
      const matrix_of<T> s = (as(k) + as(k).transpose()) * T(0.5);
      if (!s.allFinite()) {
        y.setConstant(nan_of<T>());
        return;
      }
      const Eigen::SelfAdjointEigenSolver<matrix_of<T>> solver(s);
      need_success(solver, "eigh", a.shape(), batch, k);
      y.row(0) = solver.eigenvalues().transpose();
      for (Eigen::Index i = 0; i < n; ++i) {
        const auto v = solver.eigenvectors().col(i);
        y.bottomRows(n).col(i) = v * sign_of<T>(v);
      }
    });
  });
  return out;
}

auto stacked_svd(const array& a) -> array {
  need_matrix(a.shape(), "svd");
  const auto m = a.shape()[a.rank() - 2], n = a.shape().back(), least = std::min(m, n);
  const auto batch = batch_of(a.shape());
  auto out = array::uninitialized(common_type({&a}), batch + dims{m + 1 + n, least});
  if (out.size() == 0) return out;
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch), 20 * m * n * least, [&](index_t k) {
      auto y = ys(k);
      const matrix_of<T> x = as(k);
      if (!x.allFinite()) {
        y.setConstant(nan_of<T>());
        return;
      }
      const Eigen::BDCSVD<matrix_of<T>> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);  // Jacobi's method for the small
      need_success(svd, "svd", a.shape(), batch, k);
      y.row(m) = svd.singularValues().transpose();
      for (Eigen::Index i = 0; i < least; ++i) {
        const auto sign = sign_of<T>(svd.matrixU().col(i));
        y.topRows(m).col(i) = svd.matrixU().col(i) * sign;
        y.bottomRows(n).col(i) = svd.matrixV().col(i) * sign;
      }
    });
  });
  return out;
}

}  // namespace seegrad
