#include <nn/layer/activation.hpp>

#include <fmt/format.h>

namespace seegrad::nn {

auto prelu::operator()(const tensor& x) const -> tensor {
  const auto channels = weight.size();
  if (channels != 1 && (x.rank() < 2 || x.extent(1) != channels))
    throw error(fmt::format("prelu: {} has no axis 1 of {} channels", to_string(x.shape()), channels));
  const module_scope inside(label);
  const auto slope = weight("weight");
  if (channels == 1) return seegrad::leaky_relu(x, slope);
  auto beside = dims::filled(x.rank(), 1);
  beside[1] = channels;
  return seegrad::leaky_relu(x, reshape(slope, beside));
}

}  // namespace seegrad::nn
