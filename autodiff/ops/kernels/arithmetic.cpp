#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::arithmetic_operations, seegrad::compiled_set>;
