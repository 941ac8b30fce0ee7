// Operators that bring numbers to one scale, and dropout.

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/module/parameter.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// A number for each channel, axis 1, beside x.
auto beside(const tensor& channels, int rank) -> tensor {
  auto shape = dims::filled(rank, 1);
  shape[1] = channels.size();
  return reshape(channels, shape);
}

auto images(C c) -> const tensor& {
  if (c.in(0).rank() < 2) c.refuse(fmt::format("{} has no channels", to_string(c.in(0).shape())));
  return c.in(0);
}

// By its statistics, also while the model is trained: they are those of the data that it was made with.
auto batch_normalised(C c) -> tensor {
  const auto& x = images(c);
  if (c.whole("training_mode", 0) != 0 || c.whole("spatial", 1) == 0 || c.result_count() > 1)
    c.refuse("it is one that trains, by the statistics of the batch; export the model in eval mode");
  const function_scope inside("batch_norm");
  const auto scale = 1.0 / sqrt(c.in(4) + c.real("epsilon", 1e-5));
  return (x - beside(c.in(3), x.rank())) * beside(scale, x.rank()) * beside(c.in(1), x.rank()) + beside(c.in(2), x.rank());
}

auto instance_normalised(C c) -> tensor {
  const auto& x = images(c);
  const function_scope inside("instance_norm");
  const auto rows = standardise(reshape(x, {x.shape()[0], x.shape()[1], -1}), c.real("epsilon", 1e-5));
  return reshape(rows, x.shape()) * beside(c.in(1), x.rank()) + beside(c.in(2), x.rank());
}

// Mean and deviation are further results, which models in training have.
auto layer_normalised(C c) -> std::vector<tensor> {
  const auto& x = c.in(0);
  const int axis = seegrad::detail::axis_of(c.whole("axis", -1), x.rank(), "LayerNormalization");
  const function_scope inside("layer_norm");
  const auto eps = c.real("epsilon", 1e-5);
  const auto rows = axis == x.rank() - 1 ? x : reshape(x, {elements(x.shape().first(axis)), elements(x.shape().from(axis))});
  const auto y = axis == x.rank() - 1 ? standardise(x, eps) : reshape(standardise(rows, eps), x.shape());
  std::vector<tensor> all{c.has(2) ? fma(y, c.in(1), c.in(2)) : tensor(y * c.in(1))};
  if (c.result_count() == 1) return all;
  const auto one_each = x.shape().first(axis) + dims::filled(x.rank() - axis, 1);
  const auto centre = mean(rows, -1, keep_axes);
  all.push_back(reshape(centre, one_each));
  all.push_back(reshape(1.0 / sqrt(mean(square(rows - centre), -1, keep_axes) + eps), one_each));
  return all;
}

// Scale and shift are for groups in versions 18 to 20, and for channels since.
auto group_normalised(C c) -> tensor {
  const auto& x = images(c);
  const auto groups = c.whole("num_groups"), channels = x.shape()[1];
  if (groups < 1 || channels % groups != 0)
    c.refuse(fmt::format("{} channels cannot be shared out to {} groups", channels, groups));
  const function_scope inside("group_norm");
  const auto rows = reshape(standardise(reshape(x, {x.shape()[0], groups, -1}), c.real("epsilon", 1e-5)), x.shape());
  const auto for_channels = [&](const tensor& w) { return c.opset() < 21 ? repeat(w, channels / groups, 0) : w; };
  return rows * beside(for_channels(c.in(1)), x.rank()) + beside(for_channels(c.in(2)), x.rank());
}

// A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks", 2012, section 3.3.
auto response_normalised(C c) -> tensor {
  const auto& x = images(c);
  const auto size = c.whole("size"), channels = x.shape()[1];
  if (size < 1 || size > 1 << 20) c.refuse(fmt::format("its size is {}", size));
  const function_scope inside("local_response_norm");
  auto front = dims::filled(x.rank(), 0), behind = front;
  front[1] = (size - 1) / 2, behind[1] = size - 1 - front[1];
  const auto squares = pad(square(x), front, behind);
  auto sum_of_some = slice(squares, 1, 0, channels);
  for (index_t i = 1; i < size; ++i) sum_of_some = sum_of_some + slice(squares, 1, i, i + channels);
  const auto alpha = c.real("alpha", 1e-4) / static_cast<double>(size);
  return x / pow(c.real("bias", 1) + alpha * sum_of_some, c.real("beta", 0.75));
}

auto of_length_one(C c) -> tensor {
  const auto axis = c.whole("axis", -1), p = c.whole("p", 2);
  if (p != 1 && p != 2) c.refuse(fmt::format("a norm with p = {}", p));
  const auto& x = c.in(0);
  return x / (p == 1 ? sum(abs(x), axis, keep_axes) : norm(x, axis, keep_axes));
}

auto mean_variance_normalised(C c) -> tensor {
  const auto& x = c.in(0);
  const dims over = c.has("axes") ? dims(c.wholes("axes")) : dims{0, 2, 3};
  const auto centred = x - mean(x, over, keep_axes);
  return centred / (sqrt(mean(square(centred), over, keep_axes)) + 1e-9);
}

// A file says whether dropout is at work when it runs; here it is where the model is told to train (nn::train).
auto dropped(C c) -> std::vector<tensor> {
  const auto& x = c.in(0);
  const auto ratio = c.has(1) ? c.number(1) : c.real("ratio", 0.5);
  const bool was_training = c.has(2) && c.number(2) != 0;
  auto* random = was_training ? c.drop() : nullptr;
  if (random && !(ratio >= 0 && ratio <= 1)) c.refuse(fmt::format("the probability {} is not between 0 and 1", ratio));
  if (random && c.result_count() > 1) c.refuse("the mask, its second result, is not given while the model is trained");
  return {random ? dropout(x, ratio, *random) : x, full({}, 1, boolean).view(x.shape(), dims::filled(x.rank(), 0))};
}

// clang-format off
const onnx_operator table[] = {
    {"BatchNormalization", 5, [](C c) -> R { return batch_normalised(c); }, 3},
    {"InstanceNormalization", 3, [](C c) -> R { return instance_normalised(c); }},
    {"LayerNormalization", 2, [](C c) -> R { return layer_normalised(c); }},
    {"GroupNormalization", 3, [](C c) -> R { return group_normalised(c); }},
    {"LRN", 1, [](C c) -> R { return response_normalised(c); }},
    {"LpNormalization", 1, [](C c) -> R { return of_length_one(c); }},
    {"MeanVarianceNormalization", 1, [](C c) -> R { return mean_variance_normalised(c); }},
    {"Dropout", 1, [](C c) -> R { return dropped(c); }},
};
// clang-format on

}  // namespace

auto onnx_normalisation() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
