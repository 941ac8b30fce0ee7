#include <autodiff/ops/comparison.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::comparison_operations, seegrad::compiled_set>;
