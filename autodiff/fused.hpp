#pragma once
// seegrad with fused::scalar, the number type for numerical code that records a lot (see trace/fused.hpp).

#include <autodiff/autodiff.hpp>
#include <autodiff/trace/fused.hpp>
#include <ranges>

namespace seegrad {

/// As for scalars.
inline auto inputs(std::span<const double> values, std::span<fused::scalar> into) -> void {
  auto ref = detail::append_inputs(values, into.size());
  for (std::size_t i = 0; i < values.size(); ++i, ref += sizeof(node)) into[i] = scalar(values[i], ref);
}
/// The adjoints that the last sweep left at the xs, as gradients of scalars.
inline auto gradients(std::span<const fused::scalar> xs, std::span<double> into) -> void { detail::read_gradients(xs, into); }

namespace detail {
/// A vector, an array, a span of them.
template <class R>
concept fused_range = std::ranges::range<R> && std::same_as<std::ranges::range_value_t<R>, fused::scalar>;

/// The same nodes as handles of the other number type.
inline auto as_scalars(const fused_range auto& xs) -> std::vector<scalar> {
  return {std::ranges::begin(xs), std::ranges::end(xs)};
}
}  // namespace detail

// As for scalars.
/// As of scalars.
auto gradient(const scalar& y, const detail::fused_range auto& xs) -> std::vector<double> {
  return gradient(y, detail::as_scalars(xs));
}
/// As of scalars.
auto recorded_gradient(const scalar& y, const detail::fused_range auto& xs) -> std::vector<scalar> {
  return recorded_gradient(y, detail::as_scalars(xs));
}
/// As of scalars.
auto hessian(const scalar& y, const detail::fused_range auto& xs) -> array { return hessian(y, detail::as_scalars(xs)); }
/// As of scalars.
auto jacobian(const detail::fused_range auto& ys, const detail::fused_range auto& xs) -> array {
  return jacobian(detail::as_scalars(ys), detail::as_scalars(xs));
}

}  // namespace seegrad

template <>
class std::numeric_limits<seegrad::fused::scalar> : public std::numeric_limits<seegrad::scalar> {};

template <>
struct fmt::formatter<seegrad::fused::scalar> : fmt::formatter<seegrad::scalar> {};
