#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/trigonometric.hpp>

template struct seegrad::kernel_group<seegrad::trigonometric_operations, seegrad::compiled_set>;
