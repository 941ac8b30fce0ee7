#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/activation.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::activation_operations, seegrad::detail::compiled_set>;
