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
#include <autodiff/ops/shape/several.hpp>
#include <autodiff/trace/choice.hpp>

namespace seegrad {

namespace detail {
/// Eigenvalues and vectors; U, singular values and Vᵀ.
auto eigen_pairs(const array& a) -> std::vector<array>;
auto singular_triples(const array& a) -> std::vector<array>;

template <class T>
auto reciprocal_or_zero(const T& x) -> T {
  const auto zero = x == 0.0;
  return where(zero, 0.0, 1.0 / where(zero, 1.0, x));
}
}  // namespace detail

/// dA = V (diag(dw) + F ∘ Vᵀ dV) Vᵀ, F_ij = 1 / (w_j - w_i) (Giles 2008, 3.1), made symmetric as A is.
struct eigh_op : several<eigh_op, 1> {
  static constexpr std::string_view name = "eigh", help = "eigenvalues and eigenvectors of a symmetric matrix",
                                    result_names[] = {"values", "vectors"};
  static auto values(const parameters&, std::span<const array> x) -> std::vector<array> { return detail::eigen_pairs(x[0]); }
  static auto results(const parameters&, std::span<const array> x) -> std::vector<array> {
    const auto& shape = x[0].shape();
    detail::need_square(shape, name);
    return {stand_in(shape.first(shape.size() - 1), narrowest(x)), stand_in(shape, narrowest(x))};
  }
  template <class T>
  static auto vjp_of(const parameters&, int, std::span<const T>, std::span<const T> y, std::span<const T> g) -> T {
    const auto w = unsqueeze(y[0], -2), dw = unsqueeze(g[0], -2);
    const auto &v = y[1], &dv = g[1];
    const auto f = detail::reciprocal_or_zero(w - transpose(w));
    const auto m = matmul(v * dw + matmul(v, f * matmul(transpose(v), dv)), transpose(v));
    return (m + transpose(m)) * 0.5;
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 4, 4}}, detail::diagonal_values},
            {{}, {{1, 1}}, detail::diagonal_values},
            {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};

/// A symmetric matrix by its eigenvalues and eigenvectors, or a stack of them.
template <array_like X>
struct eigh_result {
  X values, vectors;  ///< [.. x n], ascending; [.. x n x n], the columns
};
/// Of (A + Aᵀ) / 2: values [.. x n], ascending, and vectors [.. x n x n], the columns.
template <array_like X>
auto eigh(const X& a) -> eigh_result<X> {
  const auto y = detail::results_of<eigh_op>({}, a);
  return {y[0], y[1]};
}

/// dA = (U (K_U S + S K_V + diag(dS)) + (1 - U Uᵀ) dU S⁻¹) Vᵀ + U S⁻¹ dVᵀ (1 - V Vᵀ), where K_U = F ∘ (Uᵀ dU - dUᵀ U), K_V the
/// same of V, and F_ij = 1 / (s_j² - s_i²) (Townsend 2016, Differentiating the singular value decomposition).
struct svd_op : several<svd_op, 1> {
  static constexpr std::string_view name = "svd", help = "left vectors, singular values and right vectors of a matrix",
                                    result_names[] = {"U", "S", "Vᵀ"};
  static auto values(const parameters&, std::span<const array> x) -> std::vector<array> { return detail::singular_triples(x[0]); }
  static auto results(const parameters&, std::span<const array> x) -> std::vector<array> {
    const auto& shape = x[0].shape();
    detail::need_matrix(shape, name);
    const auto m = detail::rows_of(shape), n = shape.back(), k = std::min(m, n);
    const auto batch = shape.first(shape.size() - 2);
    const auto type = narrowest(x);
    return {stand_in(batch + dims{m, k}, type), stand_in(batch + dims{k}, type), stand_in(batch + dims{k, n}, type)};
  }
  template <class T>
  static auto vjp_of(const parameters&, int, std::span<const T> x, std::span<const T> y, std::span<const T> g) -> T {
    const auto n = x[0].shape().back(), m = detail::rows_of(x[0].shape()), k = y[1].shape().back();
    const auto &u = y[0], &vt = y[2], &du = g[0];
    const auto s = unsqueeze(y[1], -2), ds = unsqueeze(g[1], -2), v = transpose(vt), dv = transpose(g[2]);
    const auto st = transpose(s);
    // Two reciprocals, since the product of difference and sum may be outside the range of the type.
    const auto f = detail::reciprocal_or_zero(s - st) * detail::reciprocal_or_zero(s + st), r = detail::reciprocal_or_zero(s);
    const auto udu = matmul(transpose(u), du), vdv = matmul(vt, dv);
    auto left = u * ds + matmul(u, f * (udu - transpose(udu)) * s + st * (f * (vdv - transpose(vdv))));
    if (m > k) left = left + (du - matmul(u, udu)) * r;
    auto out = matmul(left, vt);
    if (n > k) out = out + matmul(u * r, transpose(dv - matmul(v, vdv)));
    return out;
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 4, 2}}, detail::diagonal_values},
            {{}, {{2, 3}}, detail::diagonal_values},
            {{}, {{3, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3}}}, {{}, {{}}}}; }
};

/// A matrix as u times diag(s) times vt, or a stack of them.
template <array_like X>
struct svd_result {
  X u, s, vt;  ///< [.. x m x k]; [.. x k], descending; [.. x k x n]
};
/// Reduced: of [.. x m x n] and with k = min(m, n), U is [.. x m x k], S [.. x k], descending, and Vᵀ [.. x k x n].
template <array_like X>
auto svd(const X& a) -> svd_result<X> {
  const auto y = detail::results_of<svd_op>({}, a);
  return {y[0], y[1], y[2]};
}

}  // namespace seegrad
