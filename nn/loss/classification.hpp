#pragma once
// Losses for one of several classes.
//
//   tensor J = nn::cross_entropy(logits, labels);                    // [N x C] and [N], int64
//   nn::cross_entropy(logits, soft);                                 // [N x C] twice: probabilities in place of labels
//   nn::cross_entropy(pixels, masks, {.ignore_index = 255});         // [N x C x H x W] and [N x H x W]
//   nn::cross_entropy(logits, labels, {.label_smoothing = 0.1});
//
// Logits are what a last linear layer gives, not probabilities: softmax is inside, where it does not overflow, and logits of
// 1e4 have a finite loss and gradient. Classes are axis 1, or axis 0 of a single row [C]. Nothing the size of the logits is
// made of labels.

#include <cstdint>
#include <nn/loss/reduction.hpp>

namespace seegrad::nn {

struct cross_entropy_options {
  array weight{};                                 ///< [C], a factor for each class
  std::int64_t ignore_index = -100;               ///< the label of elements that do not count
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single labels
  double label_smoothing = 0;  ///< this much of each label is spread evenly over all classes (Szegedy et al. 2016)
};
/// -log softmax(input)[label], for logits [N, C, …] or [C] and int64 labels of that shape without C; or -sum(target * log
/// softmax(input)) over the classes, for a target of fractions in the shape of the logits, which gets a gradient too if it is
/// in the graph. Of each, the mean is over the weights of the labels that count, but with fractions over N, …, whatever the
/// weights. Without reduction the shape is [N, …]. Throws for a label that names no class, and tells where it is.
auto cross_entropy(const tensor& input, const tensor& target, const cross_entropy_options& options = {}) -> tensor;

struct nll_loss_options {
  array weight{};                                 ///< [C], a factor for each class
  std::int64_t ignore_index = -100;               ///< the label of elements that do not count
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single labels
};
/// The same of log_softmax(input, 1), or other logarithms of probabilities: -input[label]. `target` is int64.
auto nll_loss(const tensor& input, const tensor& target, const nll_loss_options& options = {}) -> tensor;

struct kl_div_options {
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
  bool log_target = false;                        ///< the target is given as logarithms, too
};
/// target * (log target - input), and 0 where the target is 0: how much the distribution with the logarithms `input` misses of
/// `target` (Kullback and Leibler 1951, On information and sufficiency). The divergence itself, averaged over rows, is the
/// reduction batchmean; mean, as in PyTorch, divides by the number of elements. With log_target the target, too, is logarithms.
/// Shapes are as in regression.hpp.
auto kl_div(const tensor& input, const tensor& target, const kl_div_options& options = {}) -> tensor;

}  // namespace seegrad::nn
