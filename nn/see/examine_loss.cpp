#include <autodiff/ops/reduction/softmax.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/see/examine.hpp>

namespace seegrad::nn::detail {
namespace {

using mood = examination::mood;

constexpr double far_off = 100, far_from_guessing = 20;

// Behind what only arranges numbers anew.
auto source(const examination& e, node_id k) -> node_id {
  while (e.is_op(k, "reshape") || e.is_op(k, "permute") || e.is_op(k, "cast") || e.is_op(k, "slice")) k = e.g.operands(k)[0];
  return k;
}

auto repeated(examination& e, node_id k, std::string_view name) -> void {
  const auto of = source(e, e.g.operands(k)[0]);
  const bool from_softmax = e.is_op(of, "softmax"), from_sigmoid = e.is_op(of, "sigmoid");
  if (name == "log_softmax_at") name = "log_softmax";
  const bool is_softmax = name == "softmax" || name == "log_softmax", is_sigmoid = name == "sigmoid" || name == "log_sigmoid";
  if (!(is_softmax || is_sigmoid) || !(from_softmax || from_sigmoid) || !e.in_loss(k)) return;
  e.say(mood::bad, of, fmt::format("{} of {}: the loss takes logits, and gets probabilities", name, e.g.op(of)->name));
}

// [N x 1] beside [N] is every prediction beside every target.
auto crossed(examination& e, node_id k) -> void {
  const auto o = e.g.operands(k);
  if (o.size() != 2 || e.g.op(k)->is_structural()) return;
  for (int i = 0; i < 2; ++i) {
    const auto column = e.value(o[i]).shape(), row = e.value(o[1 - i]).shape();
    const bool crosses = column.size() == 2 && column[1] == 1 && column[0] > 1 && row == dims{column[0]};
    if (crosses && (e.g.is_constant(o[i]) || e.g.is_constant(o[1 - i])))
      e.say(mood::bad, k,
            fmt::format("{} of {} and {} puts every prediction beside every target", e.g.op(k)->name,
                        to_string(e.value(o[0]).shape()), to_string(e.value(o[1]).shape())));
  }
}

// Where a mean cross entropy is far above log(classes), guessing would be better by far.
auto of_classes(examination& e, node_id k) -> void {
  const auto y = e.value(k);
  const auto& p = e.g.tensor_node_at(k).parameters;
  if (y.rank() == 0 || !p) return;
  const auto classes =
      e.value(e.g.operands(k)[0]).extent(seegrad::detail::axis_of(*static_cast<const index_t*>(p.get()), y.rank(), "diagnose"));
  if (classes == 1) return e.say(mood::bad, k, "a softmax over one class is 1 whatever the logits are");
  const auto at = source(e, e.g.operands(k)[0]);
  const auto g = e.gradient(k);
  if (g.is_null() || y.size() == 0) return;
  // Minus its slope is the weight of each logarithm: with labels, 1/N at one class of each sample.
  const auto weight = -sum(g.cast(float64)).item(), loss = sum(where(g == 0.0, 0.0, g * y).cast(float64)).item();
  const auto guess = std::log(static_cast<double>(classes));
  if (weight > 0 && loss / weight > far_from_guessing * guess)
    e.say(
        mood::bad, at,
        fmt::format("the logits are sure and wrong: a cross entropy of {:.3g}, where guessing has {:.3g}", loss / weight, guess));
}

auto of_numbers(examination& e, node_id k) -> void {
  const auto o = e.g.operands(k);
  if (!e.g.is_constant(o[1]) || e.g.is_constant(o[0])) return;
  const auto prediction = e.value(o[0]), target = e.value(o[1]);
  if (prediction.shape() != target.shape()) return;
  const auto size = rms(prediction), wanted = rms(target);
  if (std::isfinite(size) && size > far_off * std::max(1.0, wanted))
    e.say(mood::bad, source(e, o[0]), fmt::format("predictions of {:.2g} where the targets are {:.2g}", size, wanted));
}

}  // namespace

auto find_odd_losses(examination& e) -> void {
  for (node_id k = 0; k <= e.y; ++k) {
    if (!e.reached(k) || !e.in_loss(k) || !e.g.op(k) || !e.g.is_tensor(k)) continue;
    const auto name = e.g.op(k)->name;
    const bool is_at_labels = name == "log_softmax_at";
    if (e.g.operands(k).size() == 1 || is_at_labels) repeated(e, k, name);
    else crossed(e, k);
    if (name == "log_softmax" || is_at_labels) of_classes(e, k);
    if (name == "sub") of_numbers(e, k);
  }
}

}  // namespace seegrad::nn::detail
