#pragma once
// Eigenvalues of symmetric matrices, and singular values of any.
//
//   auto [values, vectors] = eigh(A);     // A = vectors diag(values) vectorsᵀ, values ascending
//   auto [U, S, Vt] = svd(A);             // A = U diag(S) Vᵀ, S descending
//
// Vectors are determined but for their sign. Of each, the component that is largest in magnitude is made positive (in svd that of
// U's columns), so that results do not depend on the machine; a loss should not depend on it either.
//
// Where two eigenvalues, or singular values, are equal, the vectors are any basis of a plane, and have no derivative. 1 /
// (difference) is set to 0 for exactly equal ones. First derivatives are right there for a loss of the values alone that treats
// equal ones alike, such as sum(exp(values)). By way of the vectors something is missing, even where the loss is smooth, as that
// of vectors diag(f) vectorsᵀ, and so are parts of second derivatives. For nearly equal values, slopes by way of the vectors are
// as large as 1 / (difference). Likewise 1 / S is set to 0 at S = 0, where U and V of a matrix that is not square have no slope.

#include <autodiff/ops/linear_algebra/matrix_checks.hpp>
#include <autodiff/ops/linear_algebra/product.hpp>
#include <autodiff/ops/shape/slicing.hpp>
#include <autodiff/trace/choice.hpp>

namespace seegrad {

/// [.. x n+1 x n]: a row of eigenvalues, and the vectors below.
auto stacked_eigh(const array& a) -> array;
/// [.. x m+1+n x k], k = min(m, n): U, a row of singular values, and V.
auto stacked_svd(const array& a) -> array;

template <class T>
auto reciprocal_or_zero(const T& x) -> T {
  const auto zero = x == 0.0;
  return where(zero, 0.0, 1.0 / where(zero, 1.0, x));
}

/// dA = V (diag(dw) + F ∘ Vᵀ dV) Vᵀ, F_ij = 1 / (w_j - w_i) (Giles 2008, 3.1), made symmetric as A is.
struct eigh_op : structural<1> {
  static constexpr std::string_view name = "eigh", help = "eigenvalues, as the first row, and eigenvectors of a symmetric matrix";
  static auto value(const parameters&, std::span<const array> x) -> array { return stacked_eigh(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    need_square(x[0].shape(), name);
    const auto n = x[0].shape().back();
    return stand_in(stacked_shape(x[0].shape(), n + 1, n, name), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto n = x[0].shape().back();
    const auto w = slice(y, -2, 0, 1), v = slice(y, -2, 1, n + 1), dw = slice(g, -2, 0, 1), dv = slice(g, -2, 1, n + 1);
    const auto f = reciprocal_or_zero(w - transpose(w));
    const auto m = matmul(v * dw + matmul(v, f * matmul(transpose(v), dv)), transpose(v));
    return (m + transpose(m)) * 0.5;
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, diagonal_values}, {{}, {{2, 4, 4}}, diagonal_values}, {{}, {{1, 1}}, diagonal_values}, {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};

template <array_like X>
struct eigh_result {
  X values, vectors;
};
/// Of (A + Aᵀ) / 2: values [.. x n], ascending, and vectors [.. x n x n], the columns.
template <array_like X>
auto eigh(const X& a) -> eigh_result<X> {
  const auto y = structured<eigh_op>({}, a);
  return {squeeze(slice(y, -2, 0, 1), -2), slice(y, -2, 1, y.shape()[y.rank() - 2])};
}

/// dA = (U (K_U S + S K_V + diag(dS)) + (1 - U Uᵀ) dU S⁻¹) Vᵀ + U S⁻¹ dVᵀ (1 - V Vᵀ), where K_U = F ∘ (Uᵀ dU - dUᵀ U), K_V the
/// same of V, and F_ij = 1 / (s_j² - s_i²) (Townsend 2016, Differentiating the singular value decomposition).
struct svd_op : structural<1> {
  static constexpr std::string_view name = "svd", help = "left vectors, a row of singular values, and right vectors of a matrix";
  static auto value(const parameters&, std::span<const array> x) -> array { return stacked_svd(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    need_matrix(x[0].shape(), name);
    const auto n = x[0].shape().back(), m = rows_of(x[0].shape());
    return stand_in(stacked_shape(x[0].shape(), m + 1 + n, std::min(m, n), name), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T& y, const T& g) -> T {
    const auto n = x[0].shape().back(), m = x[0].shape()[x[0].rank() - 2], k = y.shape().back();
    const auto u = slice(y, -2, 0, m), s = slice(y, -2, m, m + 1), v = slice(y, -2, m + 1, m + 1 + n);
    const auto du = slice(g, -2, 0, m), ds = slice(g, -2, m, m + 1), dv = slice(g, -2, m + 1, m + 1 + n);
    const auto st = transpose(s);
    // Two reciprocals, since the product of difference and sum may be outside the range of the type.
    const auto f = reciprocal_or_zero(s - st) * reciprocal_or_zero(s + st), r = reciprocal_or_zero(s);
    const auto udu = matmul(transpose(u), du), vdv = matmul(transpose(v), dv);
    auto left = u * ds + matmul(u, f * (udu - transpose(udu)) * s + st * (f * (vdv - transpose(vdv))));
    if (m > k) left = left + (du - matmul(u, udu)) * r;
    auto out = matmul(left, transpose(v));
    if (n > k) out = out + matmul(u * r, transpose(dv - matmul(v, vdv)));
    return out;
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, diagonal_values}, {{}, {{2, 4, 2}}, diagonal_values}, {{}, {{2, 3}}, diagonal_values}, {{}, {{3, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3}}}, {{}, {{}}}}; }
};

template <array_like X>
struct svd_result {
  X u, s, vt;
};
/// Reduced: of [.. x m x n] and with k = min(m, n), U is [.. x m x k], S [.. x k], descending, and Vᵀ [.. x k x n].
template <array_like X>
auto svd(const X& a) -> svd_result<X> {
  const auto y = structured<svd_op>({}, a);
  const auto m = a.shape()[a.rank() - 2], rows = y.shape()[y.rank() - 2];
  return {slice(y, -2, 0, m), squeeze(slice(y, -2, m, m + 1), -2), transpose(slice(y, -2, m + 1, rows))};
}

}  // namespace seegrad
