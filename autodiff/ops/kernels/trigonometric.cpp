#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/trigonometric.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::trigonometric_operations, seegrad::detail::compiled_set>;
