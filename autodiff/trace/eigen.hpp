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

#include <autodiff/trace/traced.hpp>

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
