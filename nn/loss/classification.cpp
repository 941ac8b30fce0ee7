#include <nn/loss/classification.hpp>

#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/loss/labels.hpp>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn {
namespace {

// What cross_entropy and nll_loss have in common: `weight` goes along the classes and is null if all are 1.
struct by_label {
  detail::class_labels labels;
  array weight;
  reduction how;
  double smoothing = 0;

  auto of(const tensor& log_p) const -> tensor {
    const bool weighted = !weight.is_null();
    const auto of_labels = weighted ? label_weights() : array();
    auto each = gather(log_p, labels.index, labels.axis);
    if (weighted) each = each * of_labels;
    if (smoothing > 0) {
      const auto spread = sum(weighted ? log_p * weight : log_p, labels.axis, keep_axes);
      each = each * (1 - smoothing) + spread * (smoothing / static_cast<double>(log_p.extent(labels.axis)));
    }
    if (labels.ignored > 0) each = where(labels.counted, each, 0.0);
    if (how == reduction::none) each = squeeze(each, labels.axis);
    const auto count = static_cast<double>(labels.index.size() - labels.ignored);
    return detail::reduced(each, how, weighted ? sum(of_labels).item() : count, -1);
  }

 private:
  // Of each label, and 0 for those that do not count.
  auto label_weights() const -> array {
    auto w = reshape(take(reshape(weight, {-1}), reshape(labels.index, {-1})), labels.index.shape());
    return labels.ignored > 0 ? where(labels.counted, w, 0.0) : w;
  }
};

auto by_probability(const tensor& input, const tensor& target, const array& weight, const cross_entropy_options& o) -> tensor {
  const auto who = "cross_entropy";
  const int axis = detail::class_axis(input.shape(), who);
  const auto classes = static_cast<double>(input.extent(axis));
  if (o.ignore_index >= 0)
    throw error(
        fmt::format("{}: ignore_index {} is for labels; rows of probabilities that are 0 add nothing", who, o.ignore_index));
  auto share = detail::target_for(input, target, who);
  if (o.label_smoothing > 0) share = share * (1 - o.label_smoothing) + o.label_smoothing / classes;
  if (!weight.is_null()) share = share * weight;
  const auto each = share * seegrad::log_softmax(input, axis);
  const auto rows = static_cast<double>(input.size()) / classes;
  return detail::reduced(o.reduction == reduction::none ? sum(each, axis) : each, o.reduction, rows, -1);
}

}  // namespace

auto cross_entropy(const tensor& input, const tensor& target, const cross_entropy_options& options) -> tensor {
  const function_scope inside("cross_entropy");
  const auto who = "cross_entropy";
  detail::require_plain(options.reduction, who);
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1))
    throw error(fmt::format("{}: label_smoothing is {}; it must be between 0 and 1", who, options.label_smoothing));
  const auto& shape = input.shape();
  const auto weight = options.weight.is_null() ? array() : detail::class_weights(options.weight, shape, input.type(), who);
  if (target.value().is_floating() && target.shape() == shape) return by_probability(input, target, weight, options);
  const by_label loss{detail::labels_for(shape, target, options.ignore_index, who), weight, options.reduction,
                      options.label_smoothing};
  return loss.of(seegrad::log_softmax(input, loss.labels.axis));
}

auto nll_loss(const tensor& input, const tensor& target, const nll_loss_options& options) -> tensor {
  const function_scope inside("nll_loss");
  const auto who = "nll_loss";
  detail::require_plain(options.reduction, who);
  const auto weight =
      options.weight.is_null() ? array() : detail::class_weights(options.weight, input.shape(), input.type(), who);
  return by_label{detail::labels_for(input.shape(), target, options.ignore_index, who), weight, options.reduction}.of(input);
}

auto kl_div(const tensor& input, const tensor& target, const kl_div_options& options) -> tensor {
  const function_scope inside("kl_div");
  const auto t = detail::target_for(input, target, "kl_div");
  if (options.reduction == reduction::batchmean && input.rank() == 0)
    throw error("kl_div: a number has no rows for the reduction batchmean; sum is the same for one");
  // Where the target is 0 its logarithm is not asked for.
  const auto log_t = options.log_target ? t : log(where(t == 0.0, 1.0, t));
  const auto each = (options.log_target ? exp(t) : t) * (log_t - input);
  if (options.reduction != reduction::batchmean) return detail::reduced(each, options.reduction);
  return detail::reduced(each, reduction::mean, static_cast<double>(input.extent(0)));
}

}  // namespace seegrad::nn
