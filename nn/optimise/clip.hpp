#pragma once
// Gradients that are too large, made smaller before they are used.
//
//   backward(loss, adjoints::inputs);
//   const auto clip = nn::clip_grad_norm(model, 1.0);     // clip.norm is what the norm was
//   optimiser.step(model, clip);
//
// Gradients live in the graph and are not written to. So clipping is a value that says what to do with them, and the optimiser
// does it in the same pass over memory as its update. Both kinds at once: first the norm, then each number, as two calls in
// PyTorch would.

#include <limits>
#include <nn/module/walk.hpp>

namespace seegrad::nn {

/// What an optimiser's step does with each number of the gradient: times `scale`, then held between -limit and limit.
struct clipping {
  double norm = std::numeric_limits<double>::quiet_NaN();  ///< of all gradients before, if it was computed
  double scale = 1;                                        ///< a factor of every gradient
  double limit = std::numeric_limits<double>::infinity();  ///< no number of a gradient is larger afterwards
};

namespace detail {
class norm_of_all {
 public:
  explicit norm_of_all(double p);
  auto add(const array& x) -> void;
  auto result() const -> double;

 private:
  double p_, total_ = 0;
};
auto clip_to(double norm, double max_norm) -> clipping;
}  // namespace detail

/// The norm of all gradients of the model taken as one vector, (sum |g|^p)^(1/p); p may be infinity. Parameters without a
/// gradient are passed over. Computed in double. Throws for p that is not positive.
template <class M>
auto grad_norm(const M& model, double p = 2) -> double {
  detail::norm_of_all norm(p);
  each<parameter>(model, [&](const parameter& x, const path*) {
    if (has_grad(x)) norm.add(grad(x));
  });
  return norm.result();
}
/// Scales all gradients by min(1, max_norm / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_. Throws for a negative max_norm.
template <class M>
auto clip_grad_norm(const M& model, double max_norm, double p = 2) -> clipping {
  return detail::clip_to(grad_norm(model, p), max_norm);
}
/// Holds each number of each gradient between -limit and limit. Throws if the limit is negative.
auto clip_grad_value(double limit) -> clipping;

}  // namespace seegrad::nn
