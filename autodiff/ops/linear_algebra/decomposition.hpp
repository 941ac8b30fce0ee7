#pragma once
// Matrices as products of triangular and orthogonal ones.
//
//   tensor L = cholesky(A);       // L Lᵀ = A, L lower triangular
//   auto [Q, R] = qr(A);          // Q R = A, Qᵀ Q = 1, R upper triangular

#include <autodiff/ops/linear_algebra/solve.hpp>
#include <autodiff/ops/shape/several.hpp>
#include <autodiff/trace/choice.hpp>

namespace seegrad {

namespace detail {
auto cholesky_factor(const array& a) -> array;
/// Q and R.
auto orthogonal_and_triangular(const array& a) -> std::vector<array>;

/// That of R. Throws for fewer rows than columns.
auto triangular_factor_shape(dims shape) -> dims;

/// The lower triangle with half the diagonal.
template <class T>
auto half_diagonal_tril(const T& x) -> T {
  return (tril(x) + tril(x, -1)) * 0.5;
}
}  // namespace detail

/// dS = L⁻ᵀ Φ(Lᵀ dL) L⁻¹, Φ as above, and dA = (dS + dSᵀ) / 2 (Murray 2016, Differentiation of the Cholesky decomposition).
struct cholesky_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "cholesky", help = "the lower triangular factor of a positive definite matrix";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::cholesky_factor(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T>, const T& y, const T& g) -> T {
    const auto from_left = [&](const T& m) { return structured<triangular_solve_op>({false, true, false}, y, m); };  // L⁻ᵀ m
    const auto s = from_left(transpose(from_left(detail::half_diagonal_tril(matmul(transpose(y), g)))));
    return (s + transpose(s)) * 0.5;
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 4, 4}}, detail::diagonal_values},
            {{}, {{1, 1}}, detail::diagonal_values},
            {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}, {{}, {{2, 2}}, detail::zero_values}}; }
};
/// Of (A + Aᵀ) / 2, so that all elements of A count alike, and the gradient is symmetric. Throws if that is not positive
/// definite.
template <array_like X>
auto cholesky(const X& a) -> X {
  return structured<cholesky_op>({}, a);
}

/// dA = (dQ + Q copyltu(M)) R⁻ᵀ with M = R dRᵀ - dQᵀ Q, copyltu(M) the symmetric matrix with the lower triangle of M (Walter and
/// Lehmann 2010, Algorithmic differentiation of linear algebra functions; in this form Seeger et al. 2017, Auto-differentiating
/// linear algebra, for LQ).
struct qr_op : several<qr_op, 1> {
  static constexpr std::string_view name = "qr", help = "an orthogonal matrix and a triangular one, whose product is the operand",
                                    result_names[] = {"Q", "R"};
  static auto values(const parameters&, std::span<const array> x) -> std::vector<array> {
    return detail::orthogonal_and_triangular(x[0]);
  }
  static auto results(const parameters&, std::span<const array> x) -> std::vector<array> {
    return {stand_in(x[0].shape(), narrowest(x)), stand_in(detail::triangular_factor_shape(x[0].shape()), narrowest(x))};
  }
  template <class T>
  static auto vjp_of(const parameters&, int, std::span<const T> x, std::span<const T> y, std::span<const T> g) -> T {
    const auto &q = y[0], &r = y[1], &dq = g[0], &dr = g[1];
    if constexpr (std::same_as<T, array>)  // where it is recorded, the triangular solve says so whenever it runs
      if (any(diagonal(r, 0, -2, -1) == 0.0))
        throw error("qr: the columns of a matrix of " + to_string(x[0].shape()) +
                    " are linearly dependent, where Q and R have no slope");
    const auto m = matmul(r, transpose(dr)) - matmul(transpose(dq), q);
    const auto left = dq + matmul(q, tril(m) + transpose(tril(m, -1)));
    return transpose(structured<triangular_solve_op>({true, false, false}, r, transpose(left)));
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 4, 2}}, detail::diagonal_values},
            {{}, {{3, 1}}, detail::diagonal_values},
            {{}, {{3, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{2, 3}}}, {{}, {{3}}}}; }
};

/// A matrix as q times r, or a stack of them.
template <array_like X>
struct qr_result {
  X q, r;  ///< orthogonal columns, and upper triangular
};
/// Reduced: of [.. x m x n], Q is [.. x m x n] and R [.. x n x n]. The diagonal of R is not negative, so that Q and R are unique
/// if the columns are independent, and only then is there a gradient. Throws for m < n.
template <array_like X>
auto qr(const X& a) -> qr_result<X> {
  const auto y = detail::results_of<qr_op>({}, a);
  return {y[0], y[1]};
}

}  // namespace seegrad
