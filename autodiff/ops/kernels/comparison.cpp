#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/comparison.hpp>

template struct seegrad::kernel_group<seegrad::comparison_operations, seegrad::compiled_set>;
