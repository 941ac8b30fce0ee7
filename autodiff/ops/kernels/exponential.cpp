#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::exponential_operations, seegrad::compiled_set>;
