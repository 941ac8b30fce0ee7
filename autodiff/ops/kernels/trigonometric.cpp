#include <autodiff/ops/trigonometric.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::trigonometric_operations>;
