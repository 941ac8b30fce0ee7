#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/hyperbolic.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::hyperbolic_operations, seegrad::detail::compiled_set>;
