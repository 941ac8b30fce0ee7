#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/piecewise.hpp>

template struct seegrad::detail::kernel_group<seegrad::detail::piecewise_operations, seegrad::detail::compiled_set>;
