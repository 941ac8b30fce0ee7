#pragma once
// Gradient descent, by mini-batches or not, with momentum if wanted.
//
//   nn::sgd optimiser{{.lr = 0.1, .momentum = 0.9, .nesterov = true}};
//
//   g = gradient + weight_decay * p;   b = momentum * b + (1 - dampening) * g, at first b = g;   p -= lr * b
//
// and with Nesterov's momentum p -= lr * (g + momentum * b). This is torch.optim.SGD; Sutskever et al., "On the importance of
// initialization and momentum in deep learning", 2013, have the momentum with the learning rate inside.

#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

struct sgd_options {
  double lr = 1e-3;         ///< the learning rate, a factor of each step
  double momentum = 0;      ///< how much of the last step's direction stays
  double dampening = 0;     ///< how much of a gradient does not enter it
  double weight_decay = 0;  ///< times the parameter, added to its gradient
  bool nesterov = false;    ///< needs momentum, and no dampening
  bool maximize = false;    ///< along the gradient, and not against it
};

class sgd final : public first_order<sgd_options> {
 public:
  /// Throws for options out of range, here and at each step.
  explicit sgd(const sgd_options& o = {});

 private:
  auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array override;
  auto check_options() const -> void override;
};

}  // namespace seegrad::nn
