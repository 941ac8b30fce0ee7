#pragma once
// Penalties for large weights, to be added to the loss.
//
//   backward(cross_entropy(model(x), y) + 1e-4 * nn::l2_penalty(model, "*.weight"));
//
// With plain gradient descent, lambda * l2_penalty is the same as a weight_decay of 2 * lambda, which costs less.

#include <autodiff/autodiff.hpp>
#include <nn/module/walk.hpp>
#include <nn/optimise/groups.hpp>
#include <utility>

namespace seegrad::nn {

namespace detail {
template <class M, class F>
auto penalty(const M& model, std::string_view names, F each_term) -> tensor {
  tensor total = 0.0;
  bool first = true;
  each<parameter>(model, [&](const parameter& p, const path* at) {
    if (!p.trainable || (names != "*" && !fits(names, at ? at->text() : ""))) return;
    tensor term = each_term(p());
    total = std::exchange(first, false) ? std::move(term) : total + term;
  });
  return total;
}
}  // namespace detail

/// The sum of |w| over all numbers of the model's parameters, or of those whose names fit the pattern (groups.hpp), a tensor of
/// shape []. Frozen parameters are left out; 0 if none is left.
template <class M>
auto l1_penalty(const M& model, std::string_view names = "*") -> tensor {
  return detail::penalty(model, names, [](const tensor& w) { return seegrad::sum(seegrad::abs(w)); });
}
/// The same for the sum of w^2, whose gradient is 2 w.
template <class M>
auto l2_penalty(const M& model, std::string_view names = "*") -> tensor {
  return detail::penalty(model, names, [](const tensor& w) { return seegrad::sum(w * w); });
}

}  // namespace seegrad::nn
