#pragma once
// Losses between numbers and numbers.
//
//   nn::mse_loss(prediction, target);
//   nn::huber_loss(prediction, target, {.delta = 0.5});
//   nn::l1_loss(prediction, target, {.reduction = nn::reduction::none});
//
// Input and target are arrays or tensors of one shape, of any rank; the target may also be a plain number. Each has a gradient
// if it is in the graph. A target that is data takes the type of the input, and so does the loss. Other shapes throw: repeating
// a [3] along a [3x1], as + and - do, is the mistake to find here.

#include <nn/loss/reduction.hpp>

namespace seegrad::nn {

struct mse_loss_options {
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
};
/// (input - target)²
auto mse_loss(const tensor& input, const tensor& target, const mse_loss_options& options = {}) -> tensor;

struct l1_loss_options {
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
};
/// |input - target|, with the slope 0 at 0
auto l1_loss(const tensor& input, const tensor& target, const l1_loss_options& options = {}) -> tensor;

struct huber_loss_options {
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
  double delta = 1;                               ///< where the square becomes a line; more than 0
};
/// d²/2 where |d| = |input - target| <= delta, and delta (|d| - delta/2) beyond (Huber 1964, Robust estimation of a location
/// parameter). Throws unless delta > 0.
auto huber_loss(const tensor& input, const tensor& target, const huber_loss_options& options = {}) -> tensor;

struct smooth_l1_loss_options {
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single elements
  double beta = 1;                                ///< where the square becomes a line; not negative
};
/// Huber's loss with delta = beta, divided by beta (Girshick 2015, Fast R-CNN); l1_loss for beta = 0. Throws if beta is negative.
auto smooth_l1_loss(const tensor& input, const tensor& target, const smooth_l1_loss_options& options = {}) -> tensor;

}  // namespace seegrad::nn
