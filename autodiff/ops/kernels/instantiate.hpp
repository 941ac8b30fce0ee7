#pragma once
// Makes the kernels of one list of operations, in lanes as wide as the processor that is compiled for has.

#include <autodiff/ops/kernels.hpp>
#include <autodiff/ops/lane.hpp>

namespace seegrad {

template <class... Ops>
const array_kernels kernel_group<operation_list<Ops...>>::entry[] = {make_kernels<Ops, lane>()...};

}  // namespace seegrad
