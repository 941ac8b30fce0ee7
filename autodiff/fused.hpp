#pragma once
// seegrad with fused::scalar, the number type for numerical code that records a lot (see trace/fused.hpp).

#include <autodiff/autodiff.hpp>
#include <autodiff/trace/fused.hpp>

namespace seegrad {

/// As for scalars.
inline auto inputs(std::span<const double> values, std::span<fused::scalar> into) -> void {
  if (values.size() != into.size()) return inputs(values, std::span<scalar>());  // which refuses
  auto ref = graph::active().append_inputs(values);
  for (std::size_t i = 0; i < values.size(); ++i, ref += sizeof(node)) into[i] = scalar(values[i], ref);
}
inline auto gradients(std::span<const fused::scalar> xs, std::span<double> into) -> void { detail::read_gradients(xs, into); }

}  // namespace seegrad
