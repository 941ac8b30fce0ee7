#pragma once
// Convolutions as layers; names, arguments, layouts and first weights are PyTorch's.
//
//   nn::conv2d first{1, 6, 5, {.padding = 2}};             // weight [6, 1, 5, 5], bias [6]
//   tensor y = first(images);                              // [N, 1, 28, 28] -> [N, 6, 28, 28]
//   nn::conv_transpose2d up{16, 8, 3, {.stride = 2}};      // weight [16, 8, 3, 3]
//
// Sides may differ: {.stride = {2, 1}}. autodiff/ops/window/convolution.hpp gives the shapes of results.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

struct conv2d_options {
  /// Steps of the windows, zeros around the pictures, and distances of a window's elements, each for rows and columns
  sides stride = 1, padding = 0, dilation = 1;
  index_t groups = 1;    ///< of channels that do not see each other; both numbers of channels are multiples of it
  bool bias = true;      ///< whether a number is added to each channel of the result
  dtype type = float32;  ///< of the parameters
};
struct conv1d_options {
  index_t stride = 1, padding = 0, dilation = 1, groups = 1;  ///< as those of conv2d_options
  bool bias = true;                                           ///< whether a number is added to each channel of the result
  dtype type = float32;                                       ///< of the parameters
};
struct conv_transpose2d_options {
  /// Those of the convolution that goes the other way; output_padding tells results apart that it makes the same of
  sides stride = 1, padding = 0, output_padding = 0, dilation = 1;
  index_t groups = 1;    ///< of channels that do not see each other
  bool bias = true;      ///< whether a number is added to each channel of the result
  dtype type = float32;  ///< of the parameters
};
struct conv_transpose1d_options {
  index_t stride = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1;  ///< as those of conv_transpose2d_options
  bool bias = true;      ///< whether a number is added to each channel of the result
  dtype type = float32;  ///< of the parameters
};

/// What the four have: weights, perhaps a bias for each channel of the result, and how the windows lie.
template <class Options>
class convolution_layer {
 public:
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("options", self.options), see("label", self.label);
  }

  parameter weight;               ///< [out, in / groups, kernel..], of transposed ones [in, out / groups, kernel..]
  std::optional<parameter> bias;  ///< [out], unless there is none
  Options options;                ///< how the windows lie
  nn::label label;

 protected:
  convolution_layer(const dims& shape, index_t out, const Options& o, const char* type)
      : weight(detail::first_weights(shape, elements(shape.from(1)), o.type)), options(o), label(type) {
    if (o.bias) bias = detail::first_weights({out}, elements(shape.from(1)), o.type);
  }
};

/// [N, in, H, W] -> [N, out, H', W']
struct conv2d : convolution_layer<conv2d_options> {
  conv2d(index_t in, index_t out, sides kernel, const conv2d_options& o = {});
  auto operator()(const tensor& x) const -> tensor;
};
/// [N, in, L] -> [N, out, L']
struct conv1d : convolution_layer<conv1d_options> {
  conv1d(index_t in, index_t out, index_t kernel, const conv1d_options& o = {});
  auto operator()(const tensor& x) const -> tensor;
};
/// [N, in, H, W] -> [N, out, H', W']
struct conv_transpose2d : convolution_layer<conv_transpose2d_options> {
  conv_transpose2d(index_t in, index_t out, sides kernel, const conv_transpose2d_options& o = {});
  auto operator()(const tensor& x) const -> tensor;
};
/// [N, in, L] -> [N, out, L']
struct conv_transpose1d : convolution_layer<conv_transpose1d_options> {
  conv_transpose1d(index_t in, index_t out, index_t kernel, const conv_transpose1d_options& o = {});
  auto operator()(const tensor& x) const -> tensor;
};

}  // namespace seegrad::nn
