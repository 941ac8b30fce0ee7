#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/make_operation.hpp>

namespace seegrad {

auto pull_pointwise_recorded(const operation& op, int i, std::span<const tensor> x, const tensor& y, const tensor& g) -> tensor {
  const auto& shape = x[static_cast<std::size_t>(i)].shape();
  tensor d;
  if (const auto c = constant_slope(op, i); !c) op.partial_tensor(i, x.data(), y, d);
  else if (*c == 0) return zeros(shape, g.type());
  else if (std::isfinite(*c)) return summed_to(*c == 1 ? g : g * *c, shape);
  else d = *c;
  return summed_to(strong_mul(g, d), shape);
}

}  // namespace seegrad
