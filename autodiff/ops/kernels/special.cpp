#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/special.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::special_operations, seegrad::detail::compiled_set>;
