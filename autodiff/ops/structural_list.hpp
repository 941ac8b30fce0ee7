#pragma once
// The list of operations on arrays, which drives their tests and their documentation.

#include <autodiff/ops/arrangement.hpp>
#include <autodiff/ops/convolution.hpp>
#include <autodiff/ops/einsum.hpp>
#include <autodiff/ops/linear.hpp>
#include <autodiff/ops/linear_algebra.hpp>
#include <autodiff/ops/order.hpp>
#include <autodiff/ops/pooling.hpp>
#include <autodiff/ops/recurrent.hpp>
#include <autodiff/ops/softmax.hpp>
#include <autodiff/ops/standardise.hpp>
#include <autodiff/ops/window.hpp>

namespace seegrad {

using all_structural_operations =
    joined<shape_operations, slicing_operations, arrangement_operations, reduction_operations, order_operations,
           indexing_operations, product_operations, linear_operations, softmax_operations, standardise_operations,
           recurrent_operations, convolution_operations, pooling_operations, window_operations, linear_algebra_operations>::type;

namespace detail {
struct structural_library_table {
  operation entry[all_structural_operations::size];
};
extern const structural_library_table structural_library;  // ops/structural_table.cpp
}  // namespace detail

template <class Op>
struct structural_table;

template <class Op>
auto structural_operation() -> const operation& {
  if constexpr (detail::contains<Op, all_structural_operations>)
    return detail::structural_library.entry[detail::index_in<Op>(all_structural_operations{})];
  else return structural_table<Op>::entry;
}

}  // namespace seegrad
