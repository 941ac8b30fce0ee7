#pragma once
// Lion: steps of one size, in the direction of the sign of a running mean of the gradients.
//
//   nn::lion optimiser{{.lr = 1e-4, .weight_decay = 0.1}};
//
//   p -= lr * (sign(beta1 * m + (1 - beta1) * g) + weight_decay * p);   m = beta2 * m + (1 - beta2) * g
//
// It keeps one tensor where Adam keeps two, and wants a learning rate 3 to 10 times smaller than Adam's and a weight decay as
// much larger. Source: Chen et al., "Symbolic discovery of optimization algorithms", arXiv:2302.06675, algorithm 2.

#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

struct lion_options {
  double lr = 1e-4;                        ///< the learning rate: the size of each step
  std::array<double, 2> betas{0.9, 0.99};  ///< how much of the running mean stays: in the step, and in what is kept
  double weight_decay = 0;                 ///< times lr and the parameter, taken off the parameter
  bool maximize = false;                   ///< along the gradient, and not against it
};

class lion final : public first_order<lion_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit lion(const lion_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

}  // namespace seegrad::nn
