#include <autodiff/ops/linear_algebra/decomposition.hpp>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

// Finds, after Eigen has failed, where it did: the order of the first leading minor that is not positive.
template <class T>
auto complain(const matrix_of<T>& s, const std::string& which) -> void {
  matrix_of<T> l = s;
  for (Eigen::Index k = 0; k < s.rows(); ++k) {
    const T pivot = s(k, k) - l.row(k).head(k).squaredNorm();
    if (!(pivot > 0))
      throw error(
          fmt::format("cholesky: {} is not positive definite: its leading minor of order {} is not (pivot {:.3g}); a small "
                      "multiple of the unit matrix, added to it, might help",
                      which, k + 1, pivot));
    l(k, k) = std::sqrt(pivot);
    for (Eigen::Index i = k + 1; i < s.rows(); ++i) l(i, k) = (s(i, k) - l.row(i).head(k).dot(l.row(k).head(k))) / l(k, k);
  }
  throw error(fmt::format("cholesky: {} is not positive definite to working precision", which));
}

}  // namespace

auto cholesky_factor(const array& a) -> array {
  need_square(a.shape(), "cholesky");
  auto out = array::uninitialized(narrowest(a), a.shape());
  if (out.size() == 0) return out;
  const auto n = a.shape().back();
  const auto batch = batch_of(a.shape());
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch), n * n * n / 3, [&](index_t k) {
      const matrix_of<T> s = (as(k) + as(k).transpose()) * T(0.5);
      if (!s.allFinite()) {
        ys(k).setConstant(nan_of<T>());
        return;
      }
      const Eigen::LLT<matrix_of<T>> llt(s);
      if (llt.info() != Eigen::Success) complain<T>(s, name_of_matrix(a.shape(), batch, k));
      ys(k) = llt.matrixL();
    });
  });
  return out;
}

auto triangular_factor_shape(dims shape) -> dims {
  need_matrix(shape, "qr");
  const auto columns = shape.back();
  auto& rows = shape[shape.size() - 2];
  if (rows < columns)
    throw error(fmt::format(
        "qr: the matrices of {} have fewer rows than columns; qr(transpose(x)) gives their factors the other way round",
        to_string(shape)));
  rows = columns;
  return shape;
}

auto orthogonal_and_triangular(const array& a) -> std::vector<array> {
  return several_in_double(qr_op::results({}, std::array{a}), [&](std::vector<array>& y) {
    if (a.size() == 0) return;
    const auto batch = batch_of(a.shape());
    const auto columns = a.shape().back(), rows = rows_of(a.shape());
    const matrices_in<double> as(a);
    const matrices_out<double> qs(y[0]), rs(y[1]);
    for_each_matrix(elements(batch), 4 * rows * columns * columns, [&](index_t k) {
      auto q = qs(k), r = rs(k);
      if (!as(k).allFinite()) {
        q.setConstant(nan_of<double>()), r.setConstant(nan_of<double>());
        return;
      }
      const Eigen::HouseholderQR<matrix_of<double>> qr{matrix_of<double>(as(k))};
      q = qr.householderQ() * matrix_of<double>::Identity(rows, columns);
      r = qr.matrixQR().topRows(columns).template triangularView<Eigen::Upper>();
      for (Eigen::Index i = 0; i < columns; ++i)
        if (r(i, i) < 0) q.col(i) *= -1, r.row(i).tail(columns - i) *= -1;
    });
  });
}

}  // namespace seegrad::detail
