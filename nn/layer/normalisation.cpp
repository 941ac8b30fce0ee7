#include <nn/layer/normalisation.hpp>

#include <fmt/format.h>
#include <nn/module/step_notes.hpp>
#include <optional>

namespace seegrad::nn {
namespace {

/// Weights of channels, axis 1 of [N, C, ..], beside x.
auto beside(const tensor& channels, int rank) -> tensor {
  auto shape = dims::filled(rank, 1);
  shape[1] = channels.size();
  return rank == 2 ? channels : reshape(channels, shape);
}

// Nodes of the layer, and not of the function in it.
struct learned {
  std::optional<tensor> weight, bias;

  template <class Layer>
  explicit learned(const Layer& layer) {
    if (layer.weight) weight = (*layer.weight)("weight");
    if (layer.bias) bias = (*layer.bias)("bias");
  }
  auto scaled_channels(tensor y) const -> tensor {
    if (weight) y = y * beside(*weight, y.rank());
    if (bias) y = y + beside(*bias, y.rank());
    return y;
  }
};

auto check_channels(const tensor& x, index_t channels, std::string_view who) -> void {
  if (x.rank() < 2 || x.extent(1) != channels)
    throw error(fmt::format("{}: {}: axis 1 must have the {} channels of the layer", who, to_string(x.shape()), channels));
}

}  // namespace

batch_norm::batch_norm(index_t channels, const batch_norm_options& o) : options(o), channels(channels) {
  detail::at_least(0, channels, "the number of channels", "batch_norm");
  if (o.affine) weight = parameter(ones({channels}, o.type)), bias = parameter(zeros({channels}, o.type));
  if (!o.track_running_stats) return;
  running_mean = buffer{zeros({channels}, o.type)}, running_var = buffer{ones({channels}, o.type)};
  num_batches_tracked = buffer{zeros({}, int64)};
}

auto batch_norm::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  check_channels(x, channels, "batch_norm");
  const auto n = channels == 0 ? 0 : x.size() / channels;
  if (mode.training && n < 2)
    throw error(
        fmt::format("batch_norm: {} has one number to a channel, and so no variance to train with", to_string(x.shape())));
  const module_scope inside(label);
  const learned own(*this);
  const function_scope in_one("batch_norm");
  if (!mode.training && running_mean) {
    const auto shift = beside(running_mean->value, x.rank()),
               scale = beside(1.0 / sqrt(running_var->value + options.eps), x.rank());
    return own.scaled_channels((x - shift) * scale);
  }
  dims over{0};
  for (int i = 2; i < x.rank(); ++i) over.push(i);
  const auto middle = mean(x, over, keep_axes), centred = x - middle, spread = mean(square(centred), over, keep_axes);
  if (mode.training && running_mean && graph::is_computing()) {
    in_each_step({middle, spread}, {&*running_mean, &*running_var, &*num_batches_tracked}, [this, n](numbers_now now) {
      const auto move = [&](buffer& running, const array& to) {
        const auto moved = running.value * (1 - options.momentum) + to.reshape({channels}) * options.momentum;
        running.value = moved.cast(running.value.type());
      };
      move(*running_mean, now[0]);
      move(*running_var, now[1] * (static_cast<double>(n) / static_cast<double>(n - 1)));
      num_batches_tracked->value.put(num_batches_tracked->value.item() + 1, {});
    });
  }
  return own.scaled_channels(centred / sqrt(spread + options.eps));
}

layer_norm::layer_norm(const dims& shape, const layer_norm_options& o) : shape(shape), eps(o.eps) {
  detail::at_least(1, shape.size(), "the number of axes", "layer_norm");
  for (const auto n : shape) detail::at_least(1, n, "an axis", "layer_norm");
  if (o.affine) weight = parameter(ones(shape, o.type));
  if (o.affine && o.bias) bias = parameter(zeros(shape, o.type));
}

auto layer_norm::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  if (x.rank() < shape.size() || x.shape().from(x.rank() - shape.size()) != shape)
    throw error(fmt::format("layer_norm: the last axes of {} must be {}", to_string(x.shape()), to_string(shape)));
  const module_scope inside(label);
  const learned own(*this);
  const function_scope in_one("layer_norm");
  const bool one_axis = shape.size() == 1;
  auto y = one_axis ? standardise(x, eps)
                    : reshape(standardise(reshape(x, x.shape().first(x.rank() - shape.size()) + dims{elements(shape)}), eps),
                              x.shape());
  if (own.weight && own.bias) return fma(y, *own.weight, *own.bias);
  return own.weight ? y * *own.weight : y;
}

group_norm::group_norm(index_t groups, index_t channels, const layer_norm_options& o)
    : groups(detail::at_least(1, groups, "the number of groups", "group_norm")), channels(channels), eps(o.eps) {
  if (channels % groups != 0)
    throw error(fmt::format("group_norm: {} channels cannot be shared out to {} groups", channels, groups));
  if (o.affine) weight = parameter(ones({channels}, o.type));
  if (o.affine && o.bias) bias = parameter(zeros({channels}, o.type));
}

auto group_norm::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  check_channels(x, channels, "group_norm");
  const module_scope inside(label);
  const learned own(*this);
  const function_scope in_one("group_norm");
  const auto each = x.extent(0) == 0 ? 0 : x.size() / x.extent(0) / groups;
  return own.scaled_channels(reshape(standardise(reshape(x, {x.extent(0), groups, each}), eps), x.shape()));
}

rms_norm::rms_norm(index_t width, double eps, dtype type)
    : weight(ones({detail::at_least(1, width, "the width", "rms_norm")}, type)), eps(eps) {}

auto rms_norm::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  if (x.rank() == 0 || x.extent(-1) != weight.size())
    throw error(fmt::format("rms_norm: the last axis of {} must be {}", to_string(x.shape()), weight.size()));
  const module_scope inside(label);
  const auto w = weight("weight");
  const function_scope in_one("rms_norm");
  return x / sqrt(mean(square(x), -1, keep_axes) + eps) * w;
}

}  // namespace seegrad::nn
