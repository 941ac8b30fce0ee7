#pragma once
// Determinants.
//
//   det(A);                               // [.. x n x n] becomes [..]
//   logdet(A);                            // log |det A|, which neither overflows nor underflows
//   auto [sign, log] = slogdet(A);        // det A = sign * exp(log)
//   cofactors(A);                         // the slope of det by each element
//
// The slope of det is its matrix of cofactors, det(A) A⁻ᵀ. That exists for every matrix, and is computed for singular ones, too:
// so first and second derivatives of det are right everywhere, and third ones where A is regular. logdet of a singular matrix is
// -inf, and asking for its derivative there is an error.

#include <autodiff/ops/linear_algebra/solve.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/trace/choice.hpp>
#include <limits>

namespace seegrad {

namespace detail {
auto determinant(const array& a) -> array;
auto log_determinant(const array& a) -> array;
/// 1, -1, or 0 for a singular matrix; it has no slope.
auto det_sign(const array& a) -> array;
auto cofactor_matrix(const array& a) -> array;
/// Throws unless they are square and of one shape.
auto need_alike(const dims& a, const dims& g) -> void;
/// The change of the cofactors of `a` along `g`.
auto cofactors_along(const array& a, const array& g) -> array;

/// [..] as [.. x 1 x 1], to multiply matrices by.
template <array_like X>
auto as_factor(const X& x) -> X {
  return unsqueeze(unsqueeze(x, -1), -1);
}
}  // namespace detail

struct det_op;

/// The change of the cofactors along G, which is linear in G. With A = diag(s) its elements are Σ p_ik G_kk on the diagonal and
/// -p_ij G_ji off it, p_ij the product of the s other than s_i and s_j; the singular value decomposition makes every A one of
/// those.
struct cofactors_slope_op : detail::of_matrices<2> {
  static constexpr std::string_view name = "cofactors_slope", help = "the change of the cofactors of a matrix along another";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::cofactors_along(x[0], x[1]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_alike(x[0].shape(), x[1].shape()), stand_in(x[0].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T {
    // The map of G is a matrix of second derivatives, and so is its own transpose.
    if (i == 1) return structured<cofactors_slope_op>({}, x[0], g);
    // The third derivative of det along G, H and K, as a gradient by K: from the series of det(1 + A⁻¹K).
    const auto inv = structured<inverse_op>({}, x[0]);
    const auto a = matmul(inv, x[1]), b = matmul(inv, g);
    const auto trace = [](const T& m) { return detail::as_factor(sum(diagonal(m, 0, -2, -1), -1)); };
    const auto ab = matmul(a, b), ta = trace(a), tb = trace(b);
    const auto inside = matmul(ab + matmul(b, a) - ta * b - tb * a, inv) + (ta * tb - trace(ab)) * inv;
    return detail::as_factor(structured<det_op>({}, x[0])) * transpose(inside);
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}, {3, 3}}, detail::diagonal_values}, {{}, {{2, 3, 3}, {2, 3, 3}}, detail::diagonal_values}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}, {3, 2}}}, {{}, {{3, 3}, {2, 2}}}}; }
};

struct cofactors_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "cofactors",
                                    help = "the determinants of a matrix without row i and column j, with signs";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::cofactor_matrix(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return structured<cofactors_slope_op>({}, x[0], g);
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values}, {{}, {{2, 4, 4}}, detail::diagonal_values}, {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};
/// det(A) A⁻ᵀ where that exists.
template <array_like X>
auto cofactors(const X& a) -> X {
  return structured<cofactors_op>({}, a);
}

/// Giles 2008, 2.2.4, with the cofactors in place of det(A) A⁻ᵀ.
struct det_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "det", help = "the determinant of a matrix";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::determinant(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape().first(x[0].rank() - 2), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return strong_mul(detail::as_factor(g), cofactors(x[0]));
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values},
            {{}, {{2, 2, 2}}, detail::diagonal_values},
            {{}, {{3, 3}}, detail::zero_values},
            {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};
template <array_like X>
auto det(const X& a) -> X {
  return structured<det_op>({}, a);
}

/// Giles 2008, 2.2.4: dA = dy A⁻ᵀ.
struct logdet_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "logdet", help = "the logarithm of the determinant's absolute value";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::log_determinant(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape().first(x[0].rank() - 2), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T& y, const T& g) -> T {
    if constexpr (std::same_as<T, array>)  // where it is recorded, the inverse says so whenever it runs
      if (any(y == -infinity))
        throw error("logdet: a matrix of " + to_string(x[0].shape()) + " is singular, where logdet is -inf and has no slope");
    return strong_mul(detail::as_factor(g), transpose(inverse(x[0])));
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values}, {{}, {{2, 2, 2}}, detail::diagonal_values}, {{}, {{0, 0}}}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};
template <array_like X>
auto logdet(const X& a) -> X {
  return structured<logdet_op>({}, a);
}

struct det_sign_op : detail::of_matrices<1> {
  static constexpr std::string_view name = "det_sign", help = "1, -1, or 0 for a singular matrix: the sign of the determinant";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::det_sign(x[0]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::need_square(x[0].shape(), name), stand_in(x[0].shape().first(x[0].rank() - 2), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int, std::span<const T> x, const T&, const T&) -> T {
    return no_slope(x[0]);
  }
  static auto samples() -> samples_t {
    return {{{}, {{3, 3}}, detail::diagonal_values}, {{}, {{2, 2, 2}}, detail::diagonal_values}};
  }
  static auto wrong() -> samples_t { return {{{}, {{3, 2}}}, {{}, {{3}}}}; }
};

/// A determinant that may be too large or too small for a number.
template <array_like X>
struct slogdet_result {
  X sign, log;  ///< -1, 0 or 1; the logarithm of its size, -inf for 0
};
/// The sign, which has no slope, and logdet.
template <array_like X>
auto slogdet(const X& a) -> slogdet_result<X> {
  return {structured<det_sign_op>({}, a), logdet(a)};
}

}  // namespace seegrad
