#include <autodiff/ops/hyperbolic.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::hyperbolic_operations, seegrad::compiled_set>;
