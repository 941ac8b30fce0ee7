#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/cancel.hpp>

namespace seegrad::detail {

auto recorded_vjp_pointwise(const operation& op, int i, std::span<const tensor> x, const tensor& y, const tensor& g) -> tensor {
  const auto& shape = x[static_cast<std::size_t>(i)].shape();
  tensor d;
  if (op.result_times_partial_tensor)
    if (const auto rest = detail::without_factor(g, y)) {
      op.result_times_partial_tensor(i, x.data(), y, d);
      return summed_to(expand(*rest * d, y.shape()), shape);
    }
  if (const auto c = constant_slope(op, i); !c) op.partial_tensor(i, x.data(), y, d);
  else if (*c == 0) return zeros(shape, g.type());
  else if (std::isfinite(*c)) return summed_to(*c == 1 ? g : g * *c, shape);
  else d = *c;
  return summed_to(strong_mul(g, d), shape);
}

}  // namespace seegrad::detail
