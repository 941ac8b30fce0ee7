#pragma once
// Adam and AdamW: momentum, divided by the root of a running mean of the squared gradients, both freed of their bias towards 0.
//
//   nn::adam optimiser{{.lr = 1e-3}};
//   nn::adamw other{{.lr = 1e-3, .weight_decay = 0.05}};
//
//   m = beta1 * m + (1 - beta1) * g;   v = beta2 * v + (1 - beta2) * g^2
//   p -= lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps),   at step t = 1, 2, …
//
// Adam adds weight_decay * p to the gradient; AdamW takes lr * weight_decay * p off p instead. With amsgrad the largest v so far
// stands in the place of v. Sources: Kingma and Ba, arXiv:1412.6980; Loshchilov and Hutter, arXiv:1711.05101; Reddi, Kale and
// Kumar, "On the convergence of Adam and beyond", 2018. These are torch.optim.Adam and AdamW.

#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

struct adam_options {
  double lr = 1e-3;                         ///< the learning rate, a factor of each step
  std::array<double, 2> betas{0.9, 0.999};  ///< how much of the running means of g and of g² stays
  double eps = 1e-8;                        ///< added to the root
  double weight_decay = 0;                  ///< times the parameter, added to its gradient
  bool amsgrad = false;                     ///< the largest mean square so far divides
  bool maximize = false;                    ///< along the gradient, and not against it
};

struct adamw_options {
  double lr = 1e-3;                         ///< the learning rate, a factor of each step
  std::array<double, 2> betas{0.9, 0.999};  ///< how much of the running means of g and of g² stays
  double eps = 1e-8;                        ///< added to the root
  double weight_decay = 1e-2;               ///< times lr and the parameter, taken off the parameter
  bool amsgrad = false;                     ///< the largest mean square so far divides
  bool maximize = false;                    ///< along the gradient, and not against it
};

class adam final : public first_order<adam_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit adam(const adam_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

/// Adam with its weight decay beside the gradient.
class adamw final : public first_order<adamw_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit adamw(const adamw_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

}  // namespace seegrad::nn
