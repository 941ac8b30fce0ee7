#pragma once
// Eigen with scalar as its number type: products, decompositions and solvers record themselves.
//
//   #include <autodiff/trace/eigen.hpp>
//
//   Eigen::Matrix<scalar, 2, 2> A{{input(4.0), input(1.0)}, {input(1.0), input(3.0)}};
//   Eigen::Matrix<double, 2, 1> b{1.0, 2.0};
//   scalar y = A.partialPivLu().solve(b.cast<scalar>()).sum();
//
// Element by element, matrices of scalar and of double mix: A + B, A * b, 2.0 * A. A decomposition takes both sides
// alike: cast<scalar>() makes constants of numbers, cast<double>() the values of scalars. Every multiplication and
// addition becomes a node, and pivots are chosen by value, so a solve records in the order of n³ nodes. Include this
// header before instantiating a matrix of scalar.

#include <autodiff/array/eigen.hpp>
#include <autodiff/trace/point.hpp>

#include <Eigen/Core>

template <>
struct Eigen::NumTraits<seegrad::scalar> : Eigen::GenericNumTraits<seegrad::scalar> {
  using Real = seegrad::scalar;
  using NonInteger = seegrad::scalar;
  using Nested = seegrad::scalar;  // 16 bytes, copied rather than referred to
  using Literal = double;

  // Memory that was never a handle must not be read as one. The costs are those of recording a node, next to a read.
  enum { IsComplex = 0, IsInteger = 0, IsSigned = 1, RequireInitialization = 1, ReadCost = 1, AddCost = 4, MulCost = 4 };

  static auto dummy_precision() -> Real { return NumTraits<double>::dummy_precision(); }
};

template <class BinaryOp>
struct Eigen::ScalarBinaryOpTraits<seegrad::scalar, double, BinaryOp> {
  using ReturnType = seegrad::scalar;
};
template <class BinaryOp>
struct Eigen::ScalarBinaryOpTraits<double, seegrad::scalar, BinaryOp> {
  using ReturnType = seegrad::scalar;
};

// A matrix of numbers is a point for value_and_gradient and its like; an expression is one as well, and becomes a matrix.
namespace seegrad::detail {

template <class X>
concept eigen_numbers = std::derived_from<X, Eigen::DenseBase<X>> && has_numbers<typename X::Scalar>;

template <class T, class Like>
struct eigen_with;
template <class T, class S, int... N>
struct eigen_with<T, Eigen::Matrix<S, N...>> {
  using type = Eigen::Matrix<T, N...>;
};
template <class T, class S, int... N>
struct eigen_with<T, Eigen::Array<S, N...>> {
  using type = Eigen::Array<T, N...>;
};

template <eigen_numbers X>
struct point<X> {
  static constexpr bool has_numbers = true, is_recorded = point<typename X::Scalar>::is_recorded, has_data = false,
                        has_arrays = false;
  static auto sizes(const X& x, list_sizes& s) -> void {
    s.all.push_back(static_cast<std::size_t>(x.rows())), s.all.push_back(static_cast<std::size_t>(x.cols()));
  }
  template <class F>
  static auto map(const X& given, F& f) {
    using plain = typename X::PlainObject;
    const plain x = given;
    typename eigen_with<mapped<typename X::Scalar, F>, plain>::type out;
    out.resize(x.rows(), x.cols());
    for (Eigen::Index i = 0; i < x.size(); ++i) out.data()[i] = point<typename X::Scalar>::map(x.data()[i], f);
    return out;
  }
};

template <eigen_numbers X>
struct matrix_by<X> {
  template <int rows>
  static auto filled(const array& m) -> Eigen::Matrix<double, rows, X::SizeAtCompileTime> {
    return as_map<double>(m);
  }
  static auto of(const array& m) { return filled<Eigen::Dynamic>(m); }
  static auto square(const array& m) { return filled<X::SizeAtCompileTime>(m); }
};

}  // namespace seegrad::detail

namespace Eigen::internal {

// Products coefficient by coefficient. The blocked kernels begin each sum with a 0 and end it by multiplying with a
// factor of 1, which would all be recorded, and they do not mix scalar with double.
template <class L, class R>
concept recorded_product = std::same_as<typename L::Scalar, seegrad::scalar> || std::same_as<typename R::Scalar, seegrad::scalar>;

template <class L, class R>
  requires recorded_product<L, R>
struct generic_product_impl<L, R, DenseShape, DenseShape, GemmProduct>
    : generic_product_impl<L, R, DenseShape, DenseShape, CoeffBasedProductMode> {};
template <class L, class R>
  requires recorded_product<L, R>
struct generic_product_impl<L, R, DenseShape, DenseShape, GemvProduct>
    : generic_product_impl<L, R, DenseShape, DenseShape, CoeffBasedProductMode> {};

}  // namespace Eigen::internal
