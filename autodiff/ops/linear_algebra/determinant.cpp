#include <autodiff/ops/linear_algebra/determinant.hpp>

#include <Eigen/LU>
#include <Eigen/SVD>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

// One number a matrix, f of its elimination; `empty` for 0x0.
template <class F>
auto number_of_each(const array& a, std::string_view who, double empty, F f) -> array {
  need_square(a.shape(), who);
  const auto batch = batch_of(a.shape());
  const auto n = a.shape().back();
  if (n == 0) return full(batch, empty, narrowest(a));
  auto out = array::uninitialized(narrowest(a), batch);
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

// A matrix with its rows and columns multiplied by powers of two, so that their largest numbers are near 1: of one whose numbers are of very
// different sizes, singular values would have no digit of the small ones. Multiplying is exact, and so is taking it back.
template <class T>
class equilibrated {
 public:
  explicit equilibrated(const matrix_of<T>& a) : m_(a), rows_(a.rows()), columns_(a.cols()) {
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
      rows_[i] = exponent_of(m_.row(i).cwiseAbs().maxCoeff());
      for (Eigen::Index j = 0; j < a.cols(); ++j) m_(i, j) = std::ldexp(m_(i, j), -rows_[i]);
    }
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      columns_[j] = exponent_of(m_.col(j).cwiseAbs().maxCoeff());
      for (Eigen::Index i = 0; i < a.rows(); ++i) m_(i, j) = std::ldexp(m_(i, j), -columns_[j]);
    }
  }
  auto matrix() const -> const matrix_of<T>& { return m_; }
  /// Another matrix that was added to it, multiplied alike.
  auto alike(matrix_of<T> g) const -> matrix_of<T> {
    for (Eigen::Index i = 0; i < g.rows(); ++i)
      for (Eigen::Index j = 0; j < g.cols(); ++j) g(i, j) = std::ldexp(g(i, j), -rows_[i] - columns_[j]);
    return g;
  }
  /// The cofactors of the matrix as it was, from those of matrix(): each without the factor of its own row and column.
  auto cofactors(matrix_of<T> c) const -> matrix_of<T> {
    const int all = rows_.sum() + columns_.sum();
    for (Eigen::Index i = 0; i < c.rows(); ++i)
      for (Eigen::Index j = 0; j < c.cols(); ++j) c(i, j) = std::ldexp(c(i, j), all - rows_[i] - columns_[j]);
    return c;
  }

 private:
  static auto exponent_of(T largest) -> int { return largest > 0 ? std::ilogb(largest) : 0; }

  matrix_of<T> m_;
  Eigen::VectorXi rows_, columns_;
};

template <class T>
auto cofactors_of(const matrix_of<T>& a, bool is_even = false) -> matrix_of<T> {
  const Eigen::PartialPivLU<matrix_of<T>> lu(a);
  if (is_safe(lu)) return lu.determinant() * lu.inverse().transpose();
  if (!is_even) {
    const equilibrated<T> even(a);
    return even.cofactors(cofactors_of(even.matrix(), true));
  }
  const rotations<T> r(a);
  auto p = r.s;
  for (Eigen::Index i = 0; i < p.size(); ++i) p(i) = r.others(i, i);
  return r.sign * r.u * p.asDiagonal() * r.v.transpose();
}

template <class T>
auto slope_of(const matrix_of<T>& a, const matrix_of<T>& g, bool is_even = false) -> matrix_of<T> {
  if (a.rows() == 1) return matrix_of<T>::Zero(1, 1);  // The cofactor of one number is 1.
  const Eigen::PartialPivLU<matrix_of<T>> lu(a);
  if (is_safe(lu)) {
    const matrix_of<T> inv_t = lu.inverse().transpose();
    return lu.determinant() * (g.cwiseProduct(inv_t).sum() * inv_t - inv_t * g.transpose() * inv_t);
  }
  if (!is_even) {
    const equilibrated<T> even(a);
    return even.cofactors(slope_of(even.matrix(), even.alike(g), true));
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
  auto out = array::uninitialized(narrowest(a), a.shape());
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

auto need_alike(const dims& a, const dims& g) -> void {
  need_square(a, "cofactors_slope");
  if (a != g) throw error(fmt::format("cofactors_slope: {} and {} should be of one shape", to_string(a), to_string(g)));
}

auto cofactors_along(const array& a, const array& g) -> array {
  need_alike(a.shape(), g.shape());
  auto out = array::uninitialized(narrowest(a, g), a.shape());
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

}  // namespace seegrad::detail
