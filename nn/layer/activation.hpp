#pragma once
// Activations as modules, for lists of layers; each is the function of the same name. They record without a cluster of their own.
//
//   nn::sequential net{nn::linear{2, 16}, nn::tanh{}, nn::linear{16, 1}, nn::sigmoid{}};
//
// In a function of your own, the functions themselves are shorter: tanh(hidden(x)). Some have no function, since they are a line
// of others.

#include <nn/layer/layer.hpp>
#include <numbers>

namespace seegrad::nn {

namespace detail {
/// x held between two numbers. At either the slope is 0, as in PyTorch's layers, where that of seegrad::clamp is 1.
auto held(const tensor& x, double least, double most, std::string_view who) -> tensor;
}  // namespace detail

// clang-format off
struct identity     { auto operator()(const tensor& x) const -> tensor { return x; } };
struct relu         { auto operator()(const tensor& x) const -> tensor { return seegrad::relu(x); } };
struct sigmoid      { auto operator()(const tensor& x) const -> tensor { return seegrad::sigmoid(x); } };
struct log_sigmoid  { auto operator()(const tensor& x) const -> tensor { return seegrad::log_sigmoid(x); } };
struct tanh         { auto operator()(const tensor& x) const -> tensor { return seegrad::tanh(x); } };
struct softplus     { auto operator()(const tensor& x) const -> tensor { return seegrad::softplus(x); } };
struct softsign     { auto operator()(const tensor& x) const -> tensor { return seegrad::softsign(x); } };
struct silu         { auto operator()(const tensor& x) const -> tensor { return seegrad::silu(x); } };
struct gelu         { auto operator()(const tensor& x) const -> tensor { return seegrad::gelu(x); } };
struct mish         { auto operator()(const tensor& x) const -> tensor { return seegrad::mish(x); } };
/// x - tanh(x).
struct tanhshrink   { auto operator()(const tensor& x) const -> tensor { return x - seegrad::tanh(x); } };
/// x held between 0 and 6.
struct relu6        { auto operator()(const tensor& x) const -> tensor { return detail::held(x, 0, 6, "relu6"); } };
struct hardtanh     { double min_val = -1, max_val = 1;
                      auto operator()(const tensor& x) const -> tensor {
                        return detail::held(x, min_val, max_val, "hardtanh"); } };
/// relu6(x + 3) / 6, a sigmoid of straight lines.
struct hardsigmoid  { auto operator()(const tensor& x) const -> tensor {
                        return detail::held(x + 3.0, 0, 6, "hardsigmoid") * (1.0 / 6); } };
struct hardswish    { auto operator()(const tensor& x) const -> tensor { return x * clamp(x + 3.0, 0.0, 6.0) * (1.0 / 6); } };
struct leaky_relu   { double negative_slope = 0.01;
                      auto operator()(const tensor& x) const -> tensor { return seegrad::leaky_relu(x, negative_slope); } };
struct elu          { double alpha = 1;
                      auto operator()(const tensor& x) const -> tensor { return seegrad::elu(x, alpha); } };
/// scale * elu(x, alpha) with the two constants for which layers keep mean 0 and variance 1 (Klambauer and others, 2017).
struct selu         { auto operator()(const tensor& x) const -> tensor {
                        return 1.0507009873554804934193349852946 * seegrad::elu(x, 1.6732632423543772848170429916717); } };
/// max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).
struct celu         { double alpha = 1;
                      auto operator()(const tensor& x) const -> tensor { return alpha * seegrad::elu(x * (1 / alpha), 1.0); } };
// clang-format on

struct softmax {
  index_t axis = -1;  ///< along which the results add up to 1
  nn::label label{"softmax"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::softmax(x, axis);
  }
};
struct log_softmax {
  index_t axis = -1;  ///< along which the exponentials of the results add up to 1
  nn::label label{"log_softmax"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::log_softmax(x, axis);
  }
};

/// leaky_relu whose slope below 0 is trained: one for all, or one for each channel, which is axis 1.
struct prelu {
  explicit prelu(index_t channels = 1, double first = 0.25, dtype type = float32)
      : weight(full({detail::at_least(1, channels, "the number of channels", "prelu")}, first, type)) {}
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("label", self.label);
  }

  parameter weight;  ///< [channels]: the slopes below 0
  nn::label label{"prelu"};
};

/// Axes first to last as one: [N, C, H, W] -> [N, C * H * W].
struct flatten {
  index_t first = 1, last = -1;  ///< axes; negative ones count from the last
  nn::label label{"flatten"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::flatten(x, first, last);
  }
};
/// Everything but the first axis, in another shape: [N, ..] -> [N, shape]. One extent may be -1: what is left.
struct unflatten {
  dims shape;  ///< of a sample
  nn::label label{"unflatten"};
  auto operator()(const tensor& x) const -> tensor;
};

}  // namespace seegrad::nn
