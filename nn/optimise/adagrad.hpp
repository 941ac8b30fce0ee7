#pragma once
// Adagrad: each number's step is divided by the root of the sum of all its squared gradients so far.
//
//   nn::adagrad optimiser{{.lr = 1e-2}};
//
//   s += g^2;   p -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps),   at step t = 1, 2, …
//
// Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011. This is
// torch.optim.Adagrad.

#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

struct adagrad_options {
  double lr = 1e-2;                      ///< the learning rate, a factor of each step
  double lr_decay = 0;                   ///< how fast it falls from step to step
  double weight_decay = 0;               ///< times the parameter, added to its gradient
  double initial_accumulator_value = 0;  ///< what the sums of squares begin with
  double eps = 1e-10;                    ///< added to the root
  bool maximize = false;                 ///< along the gradient, and not against it
};

class adagrad final : public first_order<adagrad_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit adagrad(const adagrad_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

}  // namespace seegrad::nn
