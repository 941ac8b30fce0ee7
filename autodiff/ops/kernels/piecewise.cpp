#include <autodiff/ops/kernels/instantiate.hpp>
#include <autodiff/ops/pointwise/piecewise.hpp>

template struct seegrad::kernel_group<seegrad::piecewise_operations, seegrad::compiled_set>;
