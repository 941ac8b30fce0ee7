#include <autodiff/ops/activation.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::activation_operations, seegrad::compiled_set>;
