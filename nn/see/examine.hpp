#pragma once
// What the rules of nn::diagnose share: the record of a loss, what leads to it, who uses what, and the list of what was found.

#include <autodiff/graph/reach.hpp>
#include <cmath>
#include <nn/see/diagnose.hpp>

namespace seegrad::nn::detail {

class examination {
 public:
  using mood = annotation::mood;

  explicit examination(node_id y);

  const graph& g;
  const node_id y;

  /// Whether the node leads to the loss.
  auto reached(node_id k) const -> bool { return reached_[k]; }
  /// What leads to the loss and uses the node.
  auto users(node_id k) const -> const std::vector<node_id>& { return users_[k]; }
  /// Whether it stands between the last trained weights and the loss: a prediction, or made of predictions.
  auto in_loss(node_id k) const -> bool { return in_loss_[k]; }
  /// Whether it is trained numbers, or a part or another arrangement of them.
  auto is_weight(node_id k) const -> bool { return is_weight_[k]; }
  auto is_op(node_id k, std::string_view name) const -> bool { return g.op(k) && g.op(k)->name == name; }
  auto value(node_id k) const -> array { return g.array_value(k); }
  /// Null where no gradient arrives.
  auto gradient(node_id k) const -> array;

  /// The layer that the node is recorded in; of one in no layer the function, such as the loss, or 0.
  auto layer_of(node_id k) const -> scope_id;
  auto say(mood how, node_id k, std::string text) -> void;

  std::vector<finding> findings;

 private:
  seegrad::detail::node_set reached_;
  std::vector<std::vector<node_id>> users_;
  std::vector<char> is_weight_, in_loss_;
};

/// Numbers that are not finite: where they are born, if they get as far as the loss or a gradient.
auto find_not_finite(examination& e) -> void;
/// Units that are dead or saturated, and features that are the same for all samples.
auto find_idle_units(examination& e) -> void;
/// Gradients that explode, vanish or are 0, units that stay equal, weights that are frozen or do not reach the loss.
auto find_lost_gradients(examination& e, const std::vector<layer_facts>& layers) -> void;
/// Losses that are not what was meant, and predictions that are far from what can be right.
auto find_odd_losses(examination& e) -> void;

/// Root mean square; of no numbers 0.
auto rms(const array& x) -> double;
/// Over the numbers that are not 0: what arrives where anything does.
auto rms_where_nonzero(const array& x) -> double;

}  // namespace seegrad::nn::detail
