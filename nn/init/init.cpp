#include <nn/init/init.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::nn::init {
namespace {

auto require_floating(const parameter& p, std::string_view who) -> void {
  if (!is_floating(p.type()))
    throw error(fmt::format("{}: the parameter is {}; float32 or float64 is wanted", who, name_of(p.type())));
}

auto require_matrix(const dims& shape, std::string_view who) -> void {
  if (shape.size() < 2)
    throw error(
        fmt::format("{}: a parameter {} has no fans; a weight [out x in] or [out x in x k] is wanted", who, to_string(shape)));
}

auto fans_of(const dims& shape, std::string_view who) -> fans {
  require_matrix(shape, who);
  const auto field = elements(shape.from(2));
  return {shape[1] * field, shape[0] * field};
}

// The two ways to have a deviation. A parameter without elements, whose fan may be 0, has none to draw.
auto draw_normal(parameter& p, double deviation, generator& g) -> void {
  if (p.size() > 0) normal(p, 0, deviation, g);
}
auto draw_uniform(parameter& p, double deviation, generator& g) -> void {
  const double bound = std::sqrt(3.0) * deviation;
  if (p.size() > 0) uniform(p, -bound, bound, g);
}

auto xavier(const parameter& p, double gain, std::string_view who) -> double {
  const auto [in, out] = fans_of(p.shape(), who);
  return std::abs(gain) * std::sqrt(2.0 / static_cast<double>(in + out));
}

auto kaiming(const parameter& p, const kaiming_options& options, std::string_view who) -> double {
  const auto [in, out] = fans_of(p.shape(), who);
  const auto fan = static_cast<double>(options.mode == fan_mode::fan_in ? in : out);
  return calculate_gain(options.nonlinearity, options.a) / std::sqrt(fan);
}

auto lecun(const parameter& p, std::string_view who) -> double {
  return 1 / std::sqrt(static_cast<double>(fans_of(p.shape(), who).in));
}

}  // namespace

auto constant(parameter& p, double value) -> void { p = full(p.shape(), value, p.type()); }
auto zeros(parameter& p) -> void { constant(p, 0); }
auto ones(parameter& p) -> void { constant(p, 1); }

auto normal(parameter& p, double mean, double deviation, generator& g) -> void {
  require_floating(p, "init::normal");
  if (!(deviation >= 0)) throw error(fmt::format("init::normal: the deviation {} is negative", deviation));
  p = seegrad::normal(g, p.shape(), mean, deviation, p.type());
}

auto uniform(parameter& p, double lo, double hi, generator& g) -> void {
  require_floating(p, "init::uniform");
  if (!(lo <= hi)) throw error(fmt::format("init::uniform: the bounds {} and {} are in the wrong order", lo, hi));
  // A gain of 0 leaves nothing between the bounds.
  p = lo == hi ? full(p.shape(), lo, p.type()) : seegrad::uniform(g, p.shape(), lo, hi, p.type());
}

auto calculate_gain(nonlinearity f, double slope) -> double {
  switch (f) {
    case nonlinearity::tanh: return 5.0 / 3;
    case nonlinearity::relu: return std::sqrt(2.0);
    case nonlinearity::leaky_relu: return std::sqrt(2 / (1 + slope * slope));
    case nonlinearity::selu: return 0.75;
    default: return 1;
  }
}

auto calculate_fans(const dims& shape) -> fans { return fans_of(shape, "calculate_fans"); }

auto xavier_uniform(parameter& p, double gain, generator& g) -> void { draw_uniform(p, xavier(p, gain, "xavier_uniform"), g); }
auto xavier_normal(parameter& p, double gain, generator& g) -> void { draw_normal(p, xavier(p, gain, "xavier_normal"), g); }

auto kaiming_uniform(parameter& p, const kaiming_options& options, generator& g) -> void {
  draw_uniform(p, kaiming(p, options, "kaiming_uniform"), g);
}
auto kaiming_normal(parameter& p, const kaiming_options& options, generator& g) -> void {
  draw_normal(p, kaiming(p, options, "kaiming_normal"), g);
}

auto lecun_uniform(parameter& p, generator& g) -> void { draw_uniform(p, lecun(p, "lecun_uniform"), g); }
auto lecun_normal(parameter& p, generator& g) -> void { draw_normal(p, lecun(p, "lecun_normal"), g); }

auto orthogonal(parameter& p, double gain, generator& g) -> void {
  require_floating(p, "orthogonal");
  require_matrix(p.shape(), "orthogonal");
  if (p.size() == 0) return;
  const auto rows = p.shape()[0], columns = p.size() / rows;
  // The columns of Q are orthogonal, so the longer side goes down. R's diagonal is not negative, which makes Q uniform.
  const bool tall = rows >= columns;
  const auto q = qr(randn(g, {std::max(rows, columns), std::min(rows, columns)})).q;
  p = reshape((tall ? q : transpose(q)) * gain, p.shape()).cast(p.type()).contiguous();
}

}  // namespace seegrad::nn::init
