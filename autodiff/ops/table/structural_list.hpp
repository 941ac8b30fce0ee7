#pragma once
// The list of operations on arrays, which drives their tests and their documentation.

#include <autodiff/ops/linear_algebra/attention.hpp>
#include <autodiff/ops/linear_algebra/einsum.hpp>
#include <autodiff/ops/linear_algebra/linear.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>
#include <autodiff/ops/random/dropout.hpp>
#include <autodiff/ops/reduction/log_softmax_at.hpp>
#include <autodiff/ops/reduction/order.hpp>
#include <autodiff/ops/reduction/scan.hpp>
#include <autodiff/ops/reduction/softmax.hpp>
#include <autodiff/ops/reduction/standardise.hpp>
#include <autodiff/ops/shape/arrangement.hpp>
#include <autodiff/ops/shape/several.hpp>
#include <autodiff/ops/window/convolution.hpp>
#include <autodiff/ops/window/pooling.hpp>
#include <autodiff/ops/window/recurrent.hpp>
#include <autodiff/ops/window/window.hpp>

namespace seegrad::detail {

using all_structural_operations =
    joined<shape_operations, slicing_operations, several_operations, arrangement_operations, reduction_operations,
           scan_operations, order_operations, indexing_operations, random_operations, product_operations, linear_operations,
           softmax_operations, log_softmax_at_operations, attention_operations, standardise_operations, recurrent_operations,
           convolution_operations, pooling_operations, window_operations, linear_algebra_operations>::type;

}  // namespace seegrad::detail
