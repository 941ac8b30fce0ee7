#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/arithmetic.hpp>

template struct seegrad::kernel_group<seegrad::arithmetic_operations, seegrad::compiled_set>;
