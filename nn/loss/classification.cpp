#include <nn/loss/classification.hpp>

#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/loss/labels.hpp>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn {
namespace {

// From so many classes on, keeping all logarithms for the derivative takes longer than making them again.
constexpr index_t many_classes = 1024;

// What cross_entropy and nll_loss have in common: `weight` goes along the classes and is null if all are 1.
struct by_label {
  detail::class_labels labels;
  tensor target;
  std::int64_t ignore_index;
  array weight;
  reduction how;
  double smoothing = 0;

  /// Of all logarithms.
  auto of(const tensor& log_p) const -> tensor { return of(gather(log_p, labels.index, labels.axis), log_p); }
  /// Of those of the labels; smoothing wants the others, too.
  auto of(tensor each, const tensor& log_p) const -> tensor {
    const bool weighted = !weight.is_null();
    const auto of_labels = [=, i = ignore_index, axis = labels.axis, w = weight](numbers_now now) {
      const auto counts = detail::counted(now[0], i, axis);
      if (!weighted) return counts;
      const auto label = detail::classes_named(now[0], i, axis);
      return where(counts, reshape(take(reshape(w, {-1}), reshape(label, {-1})), label.shape()), 0.0);
    };
    if (weighted) each = each * from_data({target}, of_labels);
    if (smoothing > 0) {
      const auto spread = sum(weighted ? log_p * weight : log_p, labels.axis, keep_axes);
      each = each * (1 - smoothing) + spread * (smoothing / static_cast<double>(log_p.extent(labels.axis)));
    }
    if (!labels.counted.is_null()) each = where(labels.counted, each, 0.0);
    if (how == reduction::none) each = squeeze(each, labels.axis);
    if (how != reduction::mean || (!weighted && labels.counted.is_null()))
      return detail::reduced(each, how, static_cast<double>(labels.index.size()), -1);
    const auto share = from_data({target}, [of_labels, type = log_p.type()](numbers_now now) {
      return full({}, -1 / sum(of_labels(now)).item()).cast(type);
    });
    return sum(each) * share;
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
  const by_label loss{detail::labels_for(shape, target, options.ignore_index, who),
                      target,
                      options.ignore_index,
                      weight,
                      options.reduction,
                      options.label_smoothing};
  const auto axis = loss.labels.axis;
  if (loss.smoothing > 0 || input.extent(axis) < many_classes) return loss.of(seegrad::log_softmax(input, axis));
  return loss.of(log_softmax_at(input, loss.labels.index, axis), {});
}

auto nll_loss(const tensor& input, const tensor& target, const nll_loss_options& options) -> tensor {
  const function_scope inside("nll_loss");
  const auto who = "nll_loss";
  detail::require_plain(options.reduction, who);
  const auto weight =
      options.weight.is_null() ? array() : detail::class_weights(options.weight, input.shape(), input.type(), who);
  return by_label{detail::labels_for(input.shape(), target, options.ignore_index, who), target, options.ignore_index, weight,
                  options.reduction}
      .of(input);
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
