#include <nn/layer/dropout.hpp>

#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto probability(double p) -> double {
  if (!(p >= 0 && p <= 1)) throw error(fmt::format("dropout: the probability {} is not between 0 and 1", p));
  return p;
}

}  // namespace

dropout::dropout(double p) : p(probability(p)), random(default_generator().split()) {}

auto dropout::dropped(const tensor& x, const dims& mask_shape) const -> tensor {
  return !mode.training || p == 0 ? x : seegrad::dropout(x, p, random, mask_shape);
}

auto dropout2d::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  if (x.rank() < 3) throw error(fmt::format("dropout2d: {} has no channels [N, C, ..]", to_string(x.shape())));
  return dropped(x, x.shape().first(2) + dims::filled(x.rank() - 2, 1));
}

}  // namespace seegrad::nn
