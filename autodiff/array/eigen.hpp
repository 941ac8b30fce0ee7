#pragma once
// Arrays and Eigen's matrices.
//
//   array x = from_eigen(m);               // a copy, row by row
//   auto view = as_map<double>(x);         // Eigen's view of the same memory
//   Eigen::MatrixXd g = view.transpose() * view;
//
// A view is for reading, holds nothing, and needs the array to live on unchanged. It follows strides, so that transposed and
// sliced arrays need no copy either.

#include <Eigen/Core>
#include <autodiff/array/array.hpp>
#include <autodiff/array/error.hpp>

namespace seegrad {

/// Eigen's matrix with rows one behind the other, as arrays have them.
template <element T>
using eigen_matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// Memory of an array as such a matrix, whatever its strides are.
template <element T>
using eigen_map = Eigen::Map<const eigen_matrix<T>, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

/// A copy of a matrix, a map or an expression: [rows x columns], or [n] if its type says that it is a vector. Its numbers must
/// be of a type that arrays have; .cast<double>() makes them so.
template <class Derived>
  requires element<typename Derived::Scalar>
auto from_eigen(const Eigen::DenseBase<Derived>& m) -> array {
  using T = typename Derived::Scalar;
  const auto rows = static_cast<index_t>(m.rows()), columns = static_cast<index_t>(m.cols());
  auto x = array::uninitialized(dtype_of<T>, Derived::IsVectorAtCompileTime ? dims{rows * columns} : dims{rows, columns});
  Eigen::Map<eigen_matrix<T>>(static_cast<T*>(x.raw()), m.rows(), m.cols()) = m.derived();
  return x;
}

/// An array of rank 2 as it is, of rank 1 as one column. Throws for other ranks, for a type other than T, and for reversed axes,
/// which Eigen does not know.
template <element T>
auto as_map(const array& x) -> eigen_map<T> {
  if (x.rank() != 1 && x.rank() != 2)
    throw error("as_map: an array of shape " + to_string(x.shape()) + " has " + std::to_string(x.rank()) +
                " axes, and a matrix has 1 or 2");
  const auto* data = x.data<T>();
  const auto& s = x.strides();
  for (const auto step : s)
    if (step < 0)
      throw error("as_map: Eigen knows no axis that runs backwards, as one of this " + to_string(x.shape()) +
                  " does; contiguous() copies");
  const auto rows = static_cast<Eigen::Index>(x.shape()[0]), step = static_cast<Eigen::Index>(s[0]);
  if (x.rank() == 1) return {data, rows, 1, {step, 1}};
  return {data, rows, static_cast<Eigen::Index>(x.shape()[1]), {step, static_cast<Eigen::Index>(s[1])}};
}

}  // namespace seegrad
