#pragma once
// Losses for yes and no.
//
//   nn::binary_cross_entropy_with_logits(z, labels);       // labels: 0 or 1, or anything between, in the shape of z
//   nn::binary_cross_entropy(sigmoid(z), labels);          // the same with fewer digits; for what is a probability already
//   nn::hinge_loss(z, 2.0 * labels.cast(float32) - 1.0);   // labels: -1 or 1
//
// Input and target are arrays or tensors of one shape, or the target a plain number. Targets that are data take the type of the
// input, so that truth values and whole numbers will do. Weights are data that can be repeated to the shape of the input.

#include <nn/loss/reduction.hpp>

namespace seegrad::nn {

struct binary_cross_entropy_options {
  array weight{};                                 ///< factors of the losses, which can be repeated to their shape; none: 1
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
};
/// -(t log p + (1 - t) log(1 - p)), times the weight. Logarithms end at -100, and the slope by p at 1e12 (1 / (p (1 - p)) is
/// not taken for more), as in PyTorch: so both are finite at p = 0 and p = 1. Throws if a p or a t is not between 0 and 1. The
/// mean is over the elements, whatever their weights.
auto binary_cross_entropy(const tensor& input, const tensor& target, const binary_cross_entropy_options& options = {}) -> tensor;

struct binary_cross_entropy_with_logits_options {
  array weight{};                                 ///< factors of the losses, which can be repeated to their shape; none: 1
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
  array pos_weight{};                             ///< factors of what is yes, which can be repeated to the shape; none: 1
};
/// The same of p = sigmoid(input), without overflow and without loss of digits at either end. `pos_weight` is a factor of the
/// first term: above 1 it asks for recall, below 1 for precision.
auto binary_cross_entropy_with_logits(const tensor& input, const tensor& target,
                                      const binary_cross_entropy_with_logits_options& options = {}) -> tensor;

struct hinge_loss_options {
  double margin = 1;                              ///< from which on an element on the right side costs nothing
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
};
/// max(0, margin - t * input) for targets t of -1 and 1, the loss of support vector machines (Cortes and Vapnik 1995,
/// Support-vector networks). For several classes, one column each: 1 for the class and -1 for the others. The slope at the
/// hinge is 0.
auto hinge_loss(const tensor& input, const tensor& target, const hinge_loss_options& options = {}) -> tensor;

}  // namespace seegrad::nn
