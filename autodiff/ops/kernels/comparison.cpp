#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/comparison.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::comparison_operations, seegrad::detail::compiled_set>;
