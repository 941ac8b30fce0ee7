#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/special.hpp>

template struct seegrad::kernel_group<seegrad::special_operations, seegrad::compiled_set>;
