#pragma once
// What becomes of the losses of single elements.
//
//   tensor J = nn::mse_loss(y, target);                                              // their mean, shape []
//   tensor each = nn::mse_loss(y, target, {.reduction = nn::reduction::none});       // one by one
//
// The functions here check what all losses have in common. A loss looks at all its operands before it records anything.

#include <autodiff/trace/tensor.hpp>
#include <string_view>

namespace seegrad::nn {

enum class reduction {
  mean,  ///< the sum over how many there are, or over their weights in classification; NaN if there are none
  sum,
  none,
  batchmean,  ///< the sum over the extent of axis 0: for kl_div alone
};

namespace detail {

/// What the reduction makes of the losses `each`, times `factor`. The mean is over `count`.
auto reduced(const tensor& each, reduction how, double count, double factor = 1.0) -> tensor;
/// Over as many as there are.
auto reduced(const tensor& each, reduction how) -> tensor;

/// Throws in the name of `who` for batchmean.
auto require_plain(reduction how, std::string_view who) -> void;
/// The target as the loss computes with it: data in the type of the input. Throws unless it has the shape of the input or is a
/// number.
auto target_for(const tensor& input, const tensor& target, std::string_view who) -> tensor;
/// The weights in that type. Throws unless they can be repeated to the shape.
auto weight_for(const tensor& input, const array& weight, std::string_view who, std::string_view name) -> array;
/// The target, as data in the type of the input, if it is -1 or 1 everywhere; throws if not.
auto signs_for(const tensor& input, const tensor& target, std::string_view who) -> array;
/// Where they are 1, as truth values.
auto alike_for(const tensor& input, const tensor& target, std::string_view who) -> array;
/// "[2, 0]": the index of element k, counted row by row, in an array of that shape.
auto place(index_t k, const dims& shape) -> std::string;

}  // namespace detail

}  // namespace seegrad::nn
