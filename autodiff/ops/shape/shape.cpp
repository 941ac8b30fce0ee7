#include <autodiff/ops/shape/shape.hpp>

#include <fmt/format.h>

namespace seegrad {

namespace detail {
auto inverse_order(const dims& order) -> dims {
  auto inverse = order;
  for (int i = 0; i < order.size(); ++i) inverse[static_cast<int>(order[i])] = i;
  return inverse;
}

auto check_sum_to(const dims& part, const dims& whole) -> void {
  if (part.size() > whole.size() || broadcast(part, whole, "sum_to") != whole)
    throw error(fmt::format("sum_to: an array of {} cannot be repeated to {}", to_string(part), to_string(whole)));
}
}  // namespace detail

auto sum_to_op::value(const dims& shape, std::span<const array> x) -> array {
  detail::check_sum_to(shape, x[0].shape());
  return sum_to(x[0], shape);
}

auto item(const tensor& x) -> scalar {
  const auto y = structured<item_op>({}, x);
  return {y.value().item(), y.ref()};
}

}  // namespace seegrad
