#pragma once
// x @ transpose(w) + b as one operation: what a network spends most of its time with. The product is added to the bias where it
// lies, and both gradients are products without a transposed copy.

#include <autodiff/ops/linear_algebra/product.hpp>

namespace seegrad {

namespace detail {
/// Throws unless w is [out, in] and x [.., in].
auto check_linear(const dims& x, const dims& w) -> void;

/// The shape of the result; throws unless all three fit.
auto linear_shape(std::span<const array> x) -> dims;
}  // namespace detail

struct linear_op : structural<3> {
  static constexpr std::string_view name = "linear",
                                    help = "x @ transpose(w) + b: rows of x through weights [out, in], and a bias [out]";
  static auto value(const parameters&, std::span<const array> x) -> array;
  static auto value_into(const parameters&, std::span<const array> x, array& y) -> void;
  static auto result(const parameters&, std::span<const array> x) -> array {
    return stand_in(detail::linear_shape(x), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T {
    if constexpr (std::same_as<T, array>)
      if (i != 2 && x[0].rank() == 2) return matrix_vjp(i, x, g);
    if (i == 0) return matmul(g, x[1]);
    if (i == 2) return detail::summed_to(g, x[2].shape());
    return matmul(transpose(detail::as_rows(g)), detail::as_rows(x[0]));
  }
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims {
    const int rank = x[0].rank();
    if (i == 0) return leading_axes(rank, rank - 1, 1);
    if (i == 1) return {rank - 1, -1};
    return leading_axes(x[2].rank(), rank, 0);
  }
  static auto prepare(const parameters&, const detail::prepared_for& f) -> detail::prepared;
  static auto prepare_vjp(const parameters&, int i, const detail::prepared_for& f, bool add) -> detail::prepared;
  static auto matrix_vjp(int i, std::span<const array> x, const array& g) -> array;
  static auto vjp_into(const parameters&, int i, std::span<const array> x, const array& y, const array& g, array& adjoint)
      -> void;
  static auto samples() -> samples_t {
    return {{{}, {{2, 3}, {4, 3}, {4}}},    {{}, {{3}, {2, 3}, {2}}},       {{}, {{2, 2, 3}, {1, 3}, {1}}},
            {{}, {{0, 3}, {2, 3}, {2}}},    {{}, {{2, 0}, {3, 0}, {3}}},    {{}, {{2, 3}, {0, 3}, {0}}},
            {{}, {{2, 2, 3}, {0, 3}, {0}}}, {{}, {{2, 3}, {4, 3}, {2, 4}}}, {{}, {{2, 2, 3}, {4, 3}, {2, 1, 4}}}};
  }
  static auto wrong() -> samples_t {
    return {{{}, {{2, 3}, {3, 4}, {4}}}, {{}, {{2, 3}, {4, 3}, {3}}},    {{}, {{2, 3}, {3}, {3}}},
            {{}, {{}, {2, 3}, {2}}},     {{}, {{2, 3}, {4, 3}, {3, 4}}}, {{}, {{2, 3}, {4, 3}, {1, 2, 4}}}};
  }
};
/// x [.., in], w [out, in] and b [out] give [.., out]; b may also be anything else that repeats to that, such as what another product
/// gave.
template <class X, class W, class B>
  requires detail::with_arrays<X, W, B>
auto linear(const X& x, const W& w, const B& b) {
  return structured<linear_op>({}, x, w, b);
}
/// The same without a bias.
template <class X, class W>
  requires detail::with_arrays<X, W>
auto linear(const X& x, const W& w) {
  detail::check_linear(detail::lifted_of<X, W>(x).shape(), w.shape());
  return matmul(x, transpose(w));
}

namespace detail {
using linear_operations = operation_list<linear_op>;
}  // namespace detail

}  // namespace seegrad
