#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/activation.hpp>

template struct seegrad::kernel_group<seegrad::activation_operations, seegrad::compiled_set>;
