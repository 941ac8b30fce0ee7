#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/arithmetic.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::arithmetic_operations, seegrad::detail::compiled_set>;
