#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/exponential.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::exponential_operations, seegrad::detail::compiled_set>;
