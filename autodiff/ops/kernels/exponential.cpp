#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/exponential.hpp>

template struct seegrad::kernel_group<seegrad::exponential_operations, seegrad::compiled_set>;
