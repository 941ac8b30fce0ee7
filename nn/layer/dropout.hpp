#pragma once
// Dropout (Srivastava and others, 2014): while training, each number is 0 with probability p, and the others are divided by 1 -
// p, so that sums keep their mean. In nn::eval mode nothing happens.
//
//   nn::dropout drop{0.5};
//   tensor h = drop(relu(hidden(x)));
//
// Each layer draws from a generator of its own, split off the default one when it is made; its position is saved with the
// training state.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

class dropout {
 public:
  /// Throws unless 0 <= p <= 1.
  explicit dropout(double p = 0.5);
  auto operator()(const tensor& x) const -> tensor { return dropped(x, x.shape()); }

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("mode", self.mode), see("random", self.random), see("label", self.label);
  }

  double p;                  ///< the probability of a 0
  nn::mode mode;             ///< nothing is dropped unless it is training
  mutable generator random;  ///< so that a module's call operator can be const
  nn::label label{"dropout"};

 protected:
  /// A mask of that shape is repeated over x.
  auto dropped(const tensor& x, const dims& mask_shape) const -> tensor;
};

/// Whole channels of [N, C, ..] at once: neighbours in a picture are too alike for single numbers to be missed.
class dropout2d : public dropout {
 public:
  using dropout::dropout;
  auto operator()(const tensor& x) const -> tensor;
};

}  // namespace seegrad::nn
