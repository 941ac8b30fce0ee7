#include <autodiff/ops/piecewise.hpp>
#include <autodiff/ops/kernels/instantiate.hpp>

template struct seegrad::kernel_group<seegrad::piecewise_operations>;
