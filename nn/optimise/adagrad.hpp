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
  double lr = 1e-2;
  double lr_decay = 0;
  double weight_decay = 0;
  double initial_accumulator_value = 0;
  double eps = 1e-10;
  bool maximize = false;
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
