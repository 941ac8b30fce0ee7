#pragma once
// Systems of linear equations.
//
//   solve(A, b);                                  // x with A x = b; b is [.. x n], or [.. x n x m] for m at once
//   triangular_solve(L, b);                       // the same where A is lower triangular
//   triangular_solve(R, b, {.upper = true});      // or upper
//   inverse(A);
//
// b is a stack of vectors if it has one axis less than A, and else one of matrices; the extents do not matter for that. A system
// is faster and more exact than the inverse times b.
//
// A matrix is taken for singular, with an error, where a pivot of the elimination is 0 or no more than the rounding errors of the
// numbers that cancelled in it, so that no digit of it means anything; scaling rows or columns changes nothing about that. Now
// and then rounding makes the pivot of a singular matrix look larger, and the result has numbers of size 1e15 (float32: 1e7).

#include <autodiff/ops/linear_algebra/matrix_checks.hpp>
#include <autodiff/ops/linear_algebra/product.hpp>
#include <autodiff/ops/shape/arrangement.hpp>

namespace seegrad {

/// Which triangle of a matrix a system is solved with.
struct triangular {
  bool upper = false;          ///< or the lower one
  bool transposed = false;     ///< Aᵀ x = b
  bool unit_diagonal = false;  ///< 1 on the diagonal, whatever A says there
  friend auto operator==(const triangular&, const triangular&) -> bool = default;
};

namespace detail {
auto solved(const array& a, const array& b) -> array;
auto triangular_solved(const triangular& how, const array& a, const array& b) -> array;
auto inverted(const array& a) -> array;

/// The system with vectors, by way of matrices of one column: f(a, b) solves for those.
template <class A, class B, class F>
auto solve_with(std::string_view who, const A& a, const B& b, F f) {
  return is_vector_beside(a.shape(), b.shape(), who) ? squeeze(f(a, unsqueeze(b, -1)), -1) : f(a, b);
}

/// How the axes of a system follow those of its solution: stacks side by side, and a column by its right-hand side.
auto solution_axes(int i, std::span<const array> x) -> dims;
}  // namespace detail

/// X with triangle(A) X = B. dB = triangle(A)⁻ᵀ dX, dA = triangle(-dB Xᵀ) (Giles 2008, 2.3.1).
struct triangular_solve_op : structural<2, triangular> {
  static constexpr std::string_view name = "triangular_solve",
                                    help = "solves a system with the lower or upper triangle of a matrix";
  static auto value(const triangular& how, std::span<const array> x) -> array {
    return detail::triangular_solved(how, x[0], x[1]);
  }
  static auto result(const triangular&, std::span<const array> x) -> array {
    return stand_in(detail::solution_shape(x[0].shape(), x[1].shape(), name), narrowest(x));
  }
  template <class T>
  static auto vjp(const triangular& how, int i, std::span<const T> x, const T& y, const T& g) -> T {
    const auto back = structured<triangular_solve_op>({how.upper, !how.transposed, how.unit_diagonal}, x[0], g);
    if (i == 1) return detail::summed_to(back, x[1].shape());
    const auto product = -(how.transposed ? matmul(y, transpose(back)) : matmul(back, transpose(y)));
    const index_t offset = how.unit_diagonal ? 1 : 0;
    return detail::summed_to(how.upper ? triu(product, offset) : tril(product, -offset), x[0].shape());
  }
  static auto text(const triangular& how) -> std::string {
    return std::string(how.upper ? "upper" : "lower") + (how.transposed ? ", transposed" : "") +
           (how.unit_diagonal ? ", unit diagonal" : "");
  }
  static auto follows(const triangular&, int i, std::span<const array> x) -> dims { return detail::solution_axes(i, x); }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}, {3, 2}}, detail::diagonal_values},
            {{true, false, false}, {{2, 3, 3}, {2, 3, 1}}, detail::diagonal_values},
            {{false, true, false}, {{2, 1, 3, 3}, {2, 3, 2}}, detail::diagonal_values},
            {{true, true, true}, {{3, 3}, {2, 3, 2}}, detail::diagonal_values},
            {{}, {{0, 0}, {0, 2}}}};
  }
  static auto wrong() -> samples_t {
    return {{{}, {{3, 2}, {3, 2}}},
            {{}, {{3, 3}, {2, 3}}},
            {{}, {{2, 3, 3}, {3, 3, 1}}},
            {{}, {{2, 2}, {2, 1}}, detail::zero_values}};
  }
};
/// Throws where the diagonal has a 0.
template <class A, class B>
  requires detail::with_arrays<A, B>
auto triangular_solve(const A& a, const B& b, const triangular& how = {}) {
  return detail::solve_with("triangular_solve", a, b,
                            [&](const auto& m, const auto& right) { return structured<triangular_solve_op>(how, m, right); });
}

/// dB = A⁻ᵀ dX, dA = -dB Xᵀ (Giles 2008, 2.3.1).
struct solve_op : structural<2> {
  static constexpr std::string_view name = "solve", help = "solves a system of linear equations";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::solved(x[0], x[1]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return stand_in(detail::solution_shape(x[0].shape(), x[1].shape(), name), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T& y, const T& g) -> T {
    const auto back = structured<solve_op>({}, transpose(x[0]), g);
    return detail::summed_to(i == 1 ? back : -matmul(back, transpose(y)), x[static_cast<std::size_t>(i)].shape());
  }
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims { return detail::solution_axes(i, x); }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}, {3, 2}}, detail::diagonal_values},
            {{}, {{2, 3, 3}, {2, 3, 1}}, detail::diagonal_values},
            {{}, {{2, 1, 2, 2}, {3, 2, 1}}, detail::diagonal_values},
            {{}, {{3, 3}, {2, 3, 2}}, detail::diagonal_values},
            {{}, {{0, 0}, {0, 2}}},
            {{}, {{0, 2, 2}, {2, 2}}}};
  }
  static auto wrong() -> samples_t {
    return {{{}, {{3, 2}, {3, 2}}},
            {{}, {{3, 3}, {2, 3}}},
            {{}, {{2, 3, 3}, {3, 3, 1}}},
            {{}, {{2, 2}, {2, 1}}, detail::zero_values}};
  }
};
/// By elimination with partial pivoting. Throws if A is singular.
template <class A, class B>
  requires detail::with_arrays<A, B>
auto solve(const A& a, const B& b) {
  return detail::solve_with("solve", a, b, [&](const auto& m, const auto& right) { return structured<solve_op>({}, m, right); });
}

/// dA = -Yᵀ dY Yᵀ (Giles 2008, 2.2.3).
struct inverse_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "inverse", symbol = "⁻¹", help = "the inverse of a matrix";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::inverted(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T>, const T& y, const T& g) -> T {
    return -matmul(transpose(y), matmul(g, transpose(y)));
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 2, 2, 2}}, detail::diagonal_values},
            {{}, {{1, 1}}, detail::diagonal_values},
            {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}, {{}, {{2, 2}}, detail::zero_values}}; }
};
/// Throws if A is singular.
template <array_like X>
auto inverse(const X& a) -> X {
  return structured<inverse_op>({}, a);
}

}  // namespace seegrad
