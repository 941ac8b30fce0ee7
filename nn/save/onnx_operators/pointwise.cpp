// Operators on numbers, element by element.

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operators/whole_numbers.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

auto scaled_elu(C c, double alpha, double gamma) -> tensor { return gamma * elu(c.in(0), alpha); }

auto clipped(C c) -> tensor {
  tensor y = c.in(0);
  // Limits were attributes before version 11.
  if (c.has(1)) y = maximum(y, c.in(1));
  else if (c.has("min")) y = maximum(y, c.real("min", 0));
  if (c.has(2)) y = minimum(y, c.in(2));
  else if (c.has("max")) y = minimum(y, c.real("max", 0));
  return y;
}

/// Several operands, which are repeated to each other.
template <class F>
auto folded(C c, F f) -> tensor {
  tensor y = c.in(0);
  for (int i = 1; i < c.count(); ++i) y = f(y, c.in(i));
  return y;
}

auto gelu_of(C c) -> tensor {
  const auto& x = c.in(0);
  if (c.word("approximate", "none") != "tanh") return gelu(x);
  return 0.5 * x * (1.0 + tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * square(x))));
}

// Before version 7 they were one for each channel, axis 1; since then they are matched from the last axis.
auto slopes(C c) -> tensor {
  const auto& x = c.in(0);
  const auto& slope = c.in(1);
  if (c.opset() >= 7 || x.rank() < 2 || slope.rank() != 1) return slope;
  auto shape = dims::filled(x.rank(), 1);
  shape[1] = slope.size();
  return reshape(slope, shape);
}

auto hard_sigmoid(const tensor& x, double alpha, double beta) -> tensor { return clamp(alpha * x + beta, 0.0, 1.0); }

// A result has the type of the first operand, also where the library makes a fraction of whole numbers.
auto in_type_of(const tensor& like, const tensor& y) -> tensor { return cast(y, like.type()); }

// clang-format off
const onnx_operator table[] = {
    {"Add", 2, [](C c) -> R { return tensor(c.in(0) + c.in(1)); }},
    {"Sub", 2, [](C c) -> R { return tensor(c.in(0) - c.in(1)); }},
    {"Mul", 2, [](C c) -> R { return tensor(c.in(0) * c.in(1)); }},
    {"Div", 2, [](C c) -> R { return are_whole(c.in(0), c.in(1)) ? whole_quotient(c.in(0), c.in(1)) : c.in(0) / c.in(1); }},
    {"Mod", 2, [](C c) -> R {
      if (c.whole("fmod", 0) == 0 && are_whole(c.in(0), c.in(1))) return whole_remainder(c.in(0), c.in(1));
      return in_type_of(c.in(0), fmod(c.in(0), c.in(1)));
    }},
    {"Pow", 2, [](C c) -> R { return in_type_of(c.in(0), power(c.in(0), c.in(1))); }},
    {"Max", 1, [](C c) -> R { return folded(c, [](const tensor& a, const tensor& b) -> tensor { return maximum(a, b); }); }},
    {"Min", 1, [](C c) -> R { return folded(c, [](const tensor& a, const tensor& b) -> tensor { return minimum(a, b); }); }},
    {"Sum", 1, [](C c) -> R { return folded(c, [](const tensor& a, const tensor& b) -> tensor { return a + b; }); }},
    {"Mean", 1, [](C c) -> R {
      return tensor(folded(c, [](const tensor& a, const tensor& b) -> tensor { return a + b; }) / static_cast<double>(c.count()));
    }},
    {"Neg", 1, [](C c) -> R { return in_type_of(c.in(0), -c.in(0)); }},
    {"Abs", 1, [](C c) -> R { return in_type_of(c.in(0), abs(c.in(0))); }},
    {"Sign", 1, [](C c) -> R { return in_type_of(c.in(0), sign(c.in(0))); }},
    {"Floor", 1, [](C c) -> R { return floor(c.in(0)); }},
    {"Ceil", 1, [](C c) -> R { return ceil(c.in(0)); }},
    {"Round", 1, [](C c) -> R { return rounded_to_even(c.in(0)); }},
    {"Exp", 1, [](C c) -> R { return exp(c.in(0)); }},
    {"Log", 1, [](C c) -> R { return log(c.in(0)); }},
    {"Sqrt", 1, [](C c) -> R { return sqrt(c.in(0)); }},
    {"Reciprocal", 1, [](C c) -> R { return tensor(1.0 / c.in(0)); }},
    {"Erf", 1, [](C c) -> R { return erf(c.in(0)); }},
    {"Sin", 1, [](C c) -> R { return sin(c.in(0)); }},
    {"Cos", 1, [](C c) -> R { return cos(c.in(0)); }},
    {"Tan", 1, [](C c) -> R { return tan(c.in(0)); }},
    {"Asin", 1, [](C c) -> R { return asin(c.in(0)); }},
    {"Acos", 1, [](C c) -> R { return acos(c.in(0)); }},
    {"Atan", 1, [](C c) -> R { return atan(c.in(0)); }},
    {"Sinh", 1, [](C c) -> R { return sinh(c.in(0)); }},
    {"Cosh", 1, [](C c) -> R { return cosh(c.in(0)); }},
    {"Tanh", 1, [](C c) -> R { return tanh(c.in(0)); }},
    {"Asinh", 1, [](C c) -> R { return asinh(c.in(0)); }},
    {"Acosh", 1, [](C c) -> R { return acosh(c.in(0)); }},
    {"Atanh", 1, [](C c) -> R { return atanh(c.in(0)); }},
    {"Sigmoid", 1, [](C c) -> R { return sigmoid(c.in(0)); }},
    {"Relu", 1, [](C c) -> R { return in_type_of(c.in(0), relu(c.in(0))); }},
    {"LeakyRelu", 1, [](C c) -> R { return leaky_relu(c.in(0), c.real("alpha", 0.01)); }},
    {"PRelu", 2, [](C c) -> R { return leaky_relu(c.in(0), slopes(c)); }},
    {"ThresholdedRelu", 1, [](C c) -> R { return where(c.in(0) > c.real("alpha", 1), c.in(0), 0.0); }},
    {"Elu", 1, [](C c) -> R { return elu(c.in(0), c.real("alpha", 1)); }},
    {"Celu", 1, [](C c) -> R {
      const auto alpha = c.real("alpha", 1);
      return tensor(maximum(c.in(0), 0.0) + minimum(alpha * expm1(c.in(0) / alpha), 0.0));
    }},
    {"Selu", 1, [](C c) -> R {
      return scaled_elu(c, c.real("alpha", 1.67326319217681884765625), c.real("gamma", 1.05070102214813232421875));
    }},
    {"Gelu", 1, [](C c) -> R { return gelu_of(c); }},
    {"Mish", 1, [](C c) -> R { return mish(c.in(0)); }},
    {"Softplus", 1, [](C c) -> R { return softplus(c.in(0)); }},
    {"Softsign", 1, [](C c) -> R { return softsign(c.in(0)); }},
    {"HardSigmoid", 1, [](C c) -> R { return hard_sigmoid(c.in(0), c.real("alpha", 0.2), c.real("beta", 0.5)); }},
    {"HardSwish", 1, [](C c) -> R { return tensor(c.in(0) * hard_sigmoid(c.in(0), 1.0 / 6, 0.5)); }},
    {"Shrink", 1, [](C c) -> R {
      const auto edge = c.real("lambd", 0.5), bias = c.real("bias", 0);
      const tensor& x = c.in(0);
      return in_type_of(x, where(x < -edge, x + bias, where(x > edge, x - bias, 0.0)));
    }},
    {"Clip", 1, [](C c) -> R { return in_type_of(c.in(0), clipped(c)); }},
};
// clang-format on

}  // namespace

auto onnx_pointwise() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
