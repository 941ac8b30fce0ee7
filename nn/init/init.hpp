#pragma once
// The first numbers of a parameter. Layers begin as PyTorch's do; these begin them otherwise.
//
//   nn::init::kaiming_normal(layer.weight, {.mode = nn::init::fan_out, .nonlinearity = nn::init::nonlinearity::relu});
//   nn::init::zeros(layer.bias);
//   generator random(7);
//   nn::init::orthogonal(rnn.weight, 1.0, random);
//
// The parameter keeps its shape, its type, and whether it is frozen. Numbers come from the generator that is given, or from
// nn::default_generator(), so that nn::manual_seed repeats them. The fans of a weight [out, in, k…] are in * k… and out * k…:
// how many numbers are summed into one, forwards and backwards. Functions that ask for a fan throw for fewer than two axes.

#include <nn/module/parameter.hpp>

namespace seegrad::nn::init {

auto constant(parameter& p, double value) -> void;
auto zeros(parameter& p) -> void;
auto ones(parameter& p) -> void;
/// Throws if the deviation is negative.
auto normal(parameter& p, double mean = 0, double deviation = 1, generator& g = default_generator()) -> void;
/// In [lo, hi). Throws unless lo <= hi.
auto uniform(parameter& p, double lo = 0, double hi = 1, generator& g = default_generator()) -> void;

enum class nonlinearity { linear, sigmoid, tanh, relu, leaky_relu, selu };
/// By how much weights before that function should be larger, so that what passes keeps its variance: 5/3 for tanh, √2 for
/// relu, √(2 / (1 + slope²)) for leaky_relu, 3/4 for selu, and 1 for the others. The table is PyTorch's. `slope` is that of
/// leaky_relu below 0.
auto calculate_gain(nonlinearity f, double slope = 0.01) -> double;

struct fans {
  index_t in, out;
};
/// Throws for fewer than two axes.
auto calculate_fans(const dims& shape) -> fans;

/// Uniform in ±gain √(6 / (in + out)), and normal with the deviation gain √(2 / (in + out)) (Glorot and Bengio 2010,
/// Understanding the difficulty of training deep feedforward neural networks).
auto xavier_uniform(parameter& p, double gain = 1, generator& g = default_generator()) -> void;
auto xavier_normal(parameter& p, double gain = 1, generator& g = default_generator()) -> void;

enum class fan_mode { fan_in, fan_out };
inline constexpr auto fan_in = fan_mode::fan_in, fan_out = fan_mode::fan_out;

struct kaiming_options {
  double a = 0;  ///< the slope of leaky_relu below 0
  fan_mode mode = fan_mode::fan_in;
  init::nonlinearity nonlinearity = init::nonlinearity::leaky_relu;
};
/// Uniform in ±gain √(3 / fan), and normal with the deviation gain / √fan (He et al. 2015, Delving deep into rectifiers): the
/// variance is kept forwards with fan_in, and backwards with fan_out.
auto kaiming_uniform(parameter& p, const kaiming_options& options = {}, generator& g = default_generator()) -> void;
auto kaiming_normal(parameter& p, const kaiming_options& options = {}, generator& g = default_generator()) -> void;

/// Uniform in ±√(3 / in), and normal with the deviation 1 / √in (LeCun et al. 1998, Efficient backprop); selu wants these.
auto lecun_uniform(parameter& p, generator& g = default_generator()) -> void;
auto lecun_normal(parameter& p, generator& g = default_generator()) -> void;

/// As a matrix of shape[0] rows W, of which W Wᵀ = gain², or Wᵀ W = gain² if it has more rows than columns; all such matrices
/// are alike in probability (Saxe, McClelland and Ganguli 2014; Mezzadri 2007 for the signs). Throws for fewer than two axes.
auto orthogonal(parameter& p, double gain = 1, generator& g = default_generator()) -> void;

}  // namespace seegrad::nn::init
