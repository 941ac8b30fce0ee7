#include <autodiff/ops/shape/slicing.hpp>
#include <autodiff/trace/choice.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/metric/metric.hpp>
#include <nn/module/step_notes.hpp>
#include <nn/train/defaults.hpp>

namespace seegrad::nn::detail {
namespace {

auto has_labels(const dataset& data) -> bool { return !data.targets.is_floating(); }

// Of one sample there is one number, and it is whole, where the model gives several: labels that were read as fractions.
auto are_float_labels(const array& predictions, const array& targets) -> bool {
  if (predictions.rank() < 2 || predictions.extent(1) < 2 || targets.size() * predictions.extent(1) != predictions.size())
    return false;
  return all((targets == floor(targets)) & (targets >= 0.0) & (targets < predictions.extent(1)));
}

}  // namespace

auto sample_of(const data_source& data) -> dataset {
  if (const auto* in_memory = data.in_memory()) return *in_memory;
  return data.size() == 0 ? dataset{} : data.range(0, 1);
}

auto usual_loss(const dataset& data, std::string_view who) -> loss_function {
  if (has_labels(data)) return [](const tensor& y, const tensor& t) { return cross_entropy(y, t); };
  return [who](const tensor& y, const tensor& t) {
    right_while({y, t}, [](numbers_now now) { return !are_float_labels(now[0], now[1]); });
    if (are_float_labels(y.value(), t.value()))
      throw error(fmt::format("{}: predictions {} and {} targets {}: for classes, labels are whole numbers; targets.cast(int64)",
                              who, to_string(y.shape()), name_of(t.type()), to_string(t.shape())));
    return mse_loss(y, t);
  };
}
auto usual_metric(const dataset& data) -> std::optional<metric> {
  if (has_labels(data)) return metric{"accuracy", [](const array& y, const array& t) { return accuracy(y, t); }};
  return std::nullopt;
}

auto evaluate(const model_face& model, const data_source& data, const loss_function& given, const std::optional<metric>& wanted,
              index_t batch_size) -> evaluation {
  const auto sample = sample_of(data);
  const auto loss = given ? given : usual_loss(sample, "evaluate");
  const auto metric = wanted ? wanted : usual_metric(sample);
  const no_record quiet;
  const mode_guard used(model, false);
  double loss_sum = 0, metric_sum = 0;
  const auto n = data.size();
  if (n == 0 || batch_size < 1) throw error("evaluate: there are no samples, or batch_size is not positive");
  for (index_t from = 0; from < n; from += batch_size) {
    const auto batch = data.range(from, std::min(n, from + batch_size));
    const auto size = static_cast<double>(batch.size());
    const auto prediction = model.forward(batch.inputs);
    loss_sum += loss(prediction, batch.targets).value().item() * size;
    if (metric) metric_sum += metric->of(prediction.value(), batch.targets) * size;
  }
  const auto all = static_cast<double>(n);
  return {loss_sum / all, metric ? metric_sum / all : std::nan("")};
}

auto predict(const model_face& model, const array& inputs, index_t batch_size) -> array {
  if (inputs.rank() == 0 || inputs.extent(0) == 0 || batch_size < 1)
    throw error(fmt::format("predict: {} has no samples, or batch_size is not positive", to_string(inputs.shape())));
  const no_record quiet;
  const mode_guard used(model, false);
  std::vector<array> parts;
  for (index_t from = 0; from < inputs.extent(0); from += batch_size)
    parts.push_back(model.forward(slice(inputs, 0, from, std::min(inputs.extent(0), from + batch_size))).value());
  return parts.size() == 1 ? parts[0] : concat(parts, 0);
}

}  // namespace seegrad::nn::detail
