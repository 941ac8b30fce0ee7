#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/hyperbolic.hpp>

template struct seegrad::kernel_group<seegrad::hyperbolic_operations, seegrad::compiled_set>;
