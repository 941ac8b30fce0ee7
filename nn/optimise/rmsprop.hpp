#pragma once
// RMSprop: each number's step is divided by the root of a running mean of its squared gradients.
//
//   nn::rmsprop optimiser{{.lr = 1e-2, .alpha = 0.99}};
//
//   v = alpha * v + (1 - alpha) * g^2;   p -= lr * g / (sqrt(v) + eps)
//
// Centered, the mean of the gradients, squared, is taken off v first. With momentum, the quotient enters a buffer,
// b = momentum * b + g / (sqrt(v) + eps), and p -= lr * b. Source: Tieleman and Hinton, lecture 6.5 of "Neural networks for
// machine learning", 2012; Graves, arXiv:1308.0850, for the centered kind. This is torch.optim.RMSprop.

#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

struct rmsprop_options {
  double lr = 1e-2;         ///< the learning rate, a factor of each step
  double alpha = 0.99;      ///< how much of the running mean of g² stays
  double eps = 1e-8;        ///< added to the root
  double weight_decay = 0;  ///< times the parameter, added to its gradient
  double momentum = 0;      ///< how much of the last step stays
  bool centered = false;    ///< divides by the deviation of the gradients
  bool maximize = false;    ///< along the gradient, and not against it
};

class rmsprop final : public first_order<rmsprop_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit rmsprop(const rmsprop_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

}  // namespace seegrad::nn
