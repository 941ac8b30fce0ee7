#include <nn/layer/convolution.hpp>

#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto axis(index_t kernel, index_t stride, index_t padding, index_t dilation) -> seegrad::detail::window_axis {
  return {kernel, stride, padding, dilation};
}
auto height(sides kernel, const auto& o) -> seegrad::detail::window_axis {
  return axis(kernel.h, o.stride.h, o.padding.h, o.dilation.h);
}
auto width(sides kernel, const auto& o) -> seegrad::detail::window_axis {
  return axis(kernel.w, o.stride.w, o.padding.w, o.dilation.w);
}
auto length(index_t kernel, const auto& o) -> seegrad::detail::window_axis {
  return axis(kernel, o.stride, o.padding, o.dilation);
}

/// [first, second / groups, kernel]. Throws, before anything is drawn, for what no layer can have.
auto weights(index_t first, index_t second, index_t groups, std::initializer_list<seegrad::detail::window_axis> windows,
             std::string_view who) -> dims {
  detail::at_least(1, groups, "the number of groups", who);
  for (const auto channels : {first, second}) {
    detail::at_least(1, channels, "the number of channels", who);
    if (channels % groups != 0)
      throw error(fmt::format("{}: {} channels cannot be shared out to {} groups", who, channels, groups));
  }
  dims shape{first, second / groups};
  for (const auto& w : windows) {
    seegrad::detail::check_window(w, who);
    shape.push(w.kernel);
  }
  return shape;
}

template <class Layer, class F>
auto with_bias(const Layer& layer, const F& f) -> tensor {
  const module_scope inside(layer.label);
  const auto w = layer.weight("weight");
  if (!layer.bias) return f(w);
  const auto b = (*layer.bias)("bias");
  const function_scope in_one(layer.label.type());
  return f(w, b);
}

}  // namespace

// The shapes are looked at before the weights enter the graph.

conv2d::conv2d(index_t in, index_t out, sides kernel, const conv2d_options& o)
    : convolution_layer(weights(out, in, o.groups, {height(kernel, o), width(kernel, o)}, "conv2d"), out, o, "conv2d") {}
auto conv2d::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const convolution rule{options.stride, options.padding, options.dilation, options.groups};
  seegrad::detail::check_convolution(x.shape(), weight.shape(), rule, 2, "conv2d");
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv2d(x, w..., rule); });
}

conv1d::conv1d(index_t in, index_t out, index_t kernel, const conv1d_options& o)
    : convolution_layer(weights(out, in, o.groups, {length(kernel, o)}, "conv1d"), out, o, "conv1d") {}
auto conv1d::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const convolution_1d rule{options.stride, options.padding, options.dilation, options.groups};
  seegrad::detail::check_convolution(x.shape(), weight.shape(), rule.flat(), 1, "conv1d");
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv1d(x, w..., rule); });
}

// PyTorch takes the second axis of the weights for the fan here, too, though it is that of the output.
conv_transpose2d::conv_transpose2d(index_t in, index_t out, sides kernel, const conv_transpose2d_options& o)
    : convolution_layer(weights(in, out, o.groups, {height(kernel, o), width(kernel, o)}, "conv_transpose2d"), out, o,
                        "conv_transpose2d") {}
auto conv_transpose2d::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const transposed_convolution rule{options.stride, options.padding, options.output_padding, options.dilation, options.groups};
  seegrad::detail::transposed_extent(x.shape(), weight.shape(), rule, 2, "conv_transpose2d");
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv_transpose2d(x, w..., rule); });
}

conv_transpose1d::conv_transpose1d(index_t in, index_t out, index_t kernel, const conv_transpose1d_options& o)
    : convolution_layer(weights(in, out, o.groups, {length(kernel, o)}, "conv_transpose1d"), out, o, "conv_transpose1d") {}
auto conv_transpose1d::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const transposed_convolution_1d rule{options.stride, options.padding, options.output_padding, options.dilation, options.groups};
  seegrad::detail::transposed_extent(x.shape(), weight.shape(), rule.flat(), 1, "conv_transpose1d");
  return with_bias(*this, [&](const auto&... w) { return seegrad::conv_transpose1d(x, w..., rule); });
}

}  // namespace seegrad::nn
