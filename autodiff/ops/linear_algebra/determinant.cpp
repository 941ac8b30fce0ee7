#include <autodiff/ops/linear_algebra/determinant.hpp>

#include <Eigen/LU>
#include <Eigen/SVD>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

// One number a matrix, f of its elimination; `empty` for 0x0.
template <class F>
auto number_of_each(const array& a, std::string_view who, double empty, F f) -> array {
  need_square(a.shape(), who);
  const auto batch = batch_of(a.shape());
  const auto n = a.shape().back();
  if (n == 0) return full(batch, empty, common_type({&a}));
  auto out = array::uninitialized(common_type({&a}), batch);
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a);
    const auto to = out.writable<T>();
    for_each_matrix(out.size(), n * n * n, [&](index_t k) {
      const matrix_of<T> m = as(k);
      to[static_cast<std::size_t>(k)] = m.allFinite() ? static_cast<T>(f(Eigen::PartialPivLU<matrix_of<T>>(m))) : nan_of<T>();
    });
  });
  return out;
}

// A = u diag(s) vᵀ, and the sign of det(u) det(v).
template <class T>
struct rotations {
  matrix_of<T> u, v;
  Eigen::Matrix<T, Eigen::Dynamic, 1> s;
  T sign;

  explicit rotations(const matrix_of<T>& a) {
    const Eigen::JacobiSVD<matrix_of<T>> svd(a, Eigen::ComputeFullU | Eigen::ComputeFullV);
    u = svd.matrixU(), v = svd.matrixV(), s = svd.singularValues();
    sign = u.determinant() * v.determinant() > 0 ? T(1) : T(-1);
  }
  // The product of the s but for two.
  auto others(Eigen::Index i, Eigen::Index j) const -> T {
    T p = 1;
    for (Eigen::Index k = 0; k < s.size(); ++k) p *= k == i || k == j ? T(1) : s(k);
    return p;
  }
};

// Far from singular, where det(A) A⁻ᵀ is quicker and as exact.
template <class T>
auto is_safe(const Eigen::PartialPivLU<matrix_of<T>>& lu) -> bool {
  return lu.matrixLU().diagonal().cwiseAbs().minCoeff() > 0 && lu.rcond() > std::sqrt(std::numeric_limits<T>::epsilon());
}

template <class T>
auto cofactors_of(const matrix_of<T>& a) -> matrix_of<T> {
  const Eigen::PartialPivLU<matrix_of<T>> lu(a);
  if (is_safe(lu)) return lu.determinant() * lu.inverse().transpose();
  const rotations<T> r(a);
  auto p = r.s;
  for (Eigen::Index i = 0; i < p.size(); ++i) p(i) = r.others(i, i);
  return r.sign * r.u * p.asDiagonal() * r.v.transpose();
}

template <class T>
auto slope_of(const matrix_of<T>& a, const matrix_of<T>& g) -> matrix_of<T> {
  if (a.rows() == 1) return matrix_of<T>::Zero(1, 1);  // The cofactor of one number is 1.
  const Eigen::PartialPivLU<matrix_of<T>> lu(a);
  if (is_safe(lu)) {
    const matrix_of<T> inv_t = lu.inverse().transpose();
    return lu.determinant() * (g.cwiseProduct(inv_t).sum() * inv_t - inv_t * g.transpose() * inv_t);
  }
  const rotations<T> r(a);
  const matrix_of<T> turned = r.u.transpose() * g * r.v;
  matrix_of<T> h = matrix_of<T>::Zero(a.rows(), a.rows());
  for (Eigen::Index i = 0; i < h.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j) {
      const T p = r.others(i, j);
      h(i, i) += p * turned(j, j), h(j, j) += p * turned(i, i);
      h(i, j) = -p * turned(j, i), h(j, i) = -p * turned(i, j);
    }
  return r.sign * r.u * h * r.v.transpose();
}

}  // namespace

auto determinant(const array& a) -> array {
  return number_of_each(a, "det", 1, [](const auto& lu) { return lu.determinant(); });
}

auto log_determinant(const array& a) -> array {
  return number_of_each(a, "logdet", 0, [](const auto& lu) { return lu.matrixLU().diagonal().cwiseAbs().array().log().sum(); });
}

auto det_sign(const array& a) -> array {
  return number_of_each(a, "slogdet", 1, [](const auto& lu) {
    return static_cast<double>(lu.permutationP().determinant()) * lu.matrixLU().diagonal().array().sign().prod();
  });
}

auto cofactor_matrix(const array& a) -> array {
  need_square(a.shape(), "cofactors");
  auto out = array::uninitialized(common_type({&a}), a.shape());
  if (out.size() == 0) return out;
  const auto n = a.shape().back();
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch_of(a.shape())), 4 * n * n * n, [&](index_t k) {
      const matrix_of<T> m = as(k);
      if (m.allFinite()) ys(k) = cofactors_of<T>(m);
      else ys(k).setConstant(nan_of<T>());
    });
  });
  return out;
}

auto cofactors_along(const array& a, const array& g) -> array {
  need_square(a.shape(), "cofactors_slope");
  if (a.shape() != g.shape())
    throw error(fmt::format("cofactors_slope: {} and {} should be of one shape", to_string(a.shape()), to_string(g.shape())));
  auto out = array::uninitialized(common_type({&a, &g}), a.shape());
  if (out.size() == 0) return out;
  const auto n = a.shape().back();
  in_double(out, [&]<class T>(T) {
    const matrices_in<T> as(a), gs(g);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch_of(a.shape())), 8 * n * n * n, [&](index_t k) {
      const matrix_of<T> m = as(k), along = gs(k);
      if (m.allFinite()) ys(k) = slope_of<T>(m, along);
      else ys(k).setConstant(nan_of<T>());
    });
  });
  return out;
}

}  // namespace seegrad
