#include <nn/layer/convolution.hpp>

#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto per_group(index_t channels, index_t groups, std::string_view who) -> index_t {
  detail::at_least(1, groups, "the number of groups", who);
  if (channels % groups != 0) throw error(fmt::format("{}: {} channels cannot be shared out to {} groups", who, channels, groups));
  return channels / groups;
}

template <class Layer, class F>
auto with_bias(const Layer& layer, const F& f) -> tensor {
  const module_scope inside(layer.label);
  const auto w = layer.weight("weight");
  if (!layer.bias) return f(w);
  const auto b = (*layer.bias)("bias");
  return f(w, b);
}

}  // namespace

conv2d::conv2d(index_t in, index_t out, sides kernel, const conv2d_options& o)
    : convolution_layer({out, per_group(in, o.groups, "conv2d"), kernel.h, kernel.w},
                        in / o.groups * kernel.h * kernel.w, out, o, "conv2d") {
  per_group(out, o.groups, "conv2d");
}
auto conv2d::operator()(const tensor& x) const -> tensor {
  const convolution rule{options.stride, options.padding, options.dilation, options.groups};
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv2d(x, w..., rule); });
}

conv1d::conv1d(index_t in, index_t out, index_t kernel, const conv1d_options& o)
    : convolution_layer({out, per_group(in, o.groups, "conv1d"), kernel}, in / o.groups * kernel, out, o, "conv1d") {
  per_group(out, o.groups, "conv1d");
}
auto conv1d::operator()(const tensor& x) const -> tensor {
  const convolution_1d rule{options.stride, options.padding, options.dilation, options.groups};
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv1d(x, w..., rule); });
}

// PyTorch takes the second axis of the weights for the fan here, too, though it is that of the output.
conv_transpose2d::conv_transpose2d(index_t in, index_t out, sides kernel, const conv_transpose2d_options& o)
    : convolution_layer({in, per_group(out, o.groups, "conv_transpose2d"), kernel.h, kernel.w},
                        out / o.groups * kernel.h * kernel.w, out, o, "conv_transpose2d") {
  per_group(in, o.groups, "conv_transpose2d");
}
auto conv_transpose2d::operator()(const tensor& x) const -> tensor {
  const transposed_convolution rule{options.stride, options.padding, options.output_padding, options.dilation, options.groups};
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv_transpose2d(x, w..., rule); });
}

conv_transpose1d::conv_transpose1d(index_t in, index_t out, index_t kernel, const conv_transpose1d_options& o)
    : convolution_layer({in, per_group(out, o.groups, "conv_transpose1d"), kernel}, out / o.groups * kernel, out, o,
                        "conv_transpose1d") {
  per_group(in, o.groups, "conv_transpose1d");
}
auto conv_transpose1d::operator()(const tensor& x) const -> tensor {
  const transposed_convolution_1d rule{options.stride, options.padding, options.output_padding, options.dilation, options.groups};
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv_transpose1d(x, w..., rule); });
}

}  // namespace seegrad::nn
