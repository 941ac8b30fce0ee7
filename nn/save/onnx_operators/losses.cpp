// What a network is trained to make small: the negative logarithm of the probability of the true class.

#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// Of log p [N, C, …] and the classes [N, …]; an operand may say what each class weighs.
auto negative_log_likelihood(C c, const tensor& log_p) -> tensor {
  const auto& label = c.in(1);
  const auto& shape = log_p.shape();
  if (shape.size() < 2 || label.shape() != shape.first(1) + shape.from(2))
    c.refuse(
        fmt::format("{} and labels {}: a label for each but for axis 1 is wanted", to_string(shape), to_string(label.shape())));
  const bool ignores = c.has("ignore_index"), weighs = c.has(2);
  const tensor ignored = label == (ignores ? c.whole("ignore_index") : 0);
  const auto without = [&](const tensor& x) { return ignores ? where(ignored, std::int64_t{0}, x) : x; };
  const auto at = without(label);
  const tensor weight = without(weighs ? take(c.in(2), at, 0) : tensor(ones(label.shape(), log_p.type())));
  const tensor each = without(-squeeze(gather(log_p, unsqueeze(at, 1), 1), 1));
  const tensor loss = weighs ? weight * each : each;
  const auto how = c.word("reduction", "mean");
  if (how == "none") return loss;
  if (how == "sum") return sum(loss);
  if (how != "mean") c.refuse(fmt::format("the reduction '{}' is not known", how));
  return ignores || weighs ? sum(loss) / sum(weight) : mean(loss);
}

auto softmax_cross_entropy(C c) -> std::vector<tensor> {
  if (c.in(0).rank() < 2) c.refuse(fmt::format("{} has no axis of classes", to_string(c.in(0).shape())));
  const auto log_p = log_softmax(c.in(0), 1);
  return {negative_log_likelihood(c, log_p), log_p};
}

// clang-format off
const onnx_operator table[] = {
    {"NegativeLogLikelihoodLoss", 2, [](C c) -> R { return negative_log_likelihood(c, c.in(0)); }, 2},
    {"SoftmaxCrossEntropyLoss", 2, [](C c) -> R { return softmax_cross_entropy(c); }, 2},
};
// clang-format on

}  // namespace

auto onnx_losses() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
