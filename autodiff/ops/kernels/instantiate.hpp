#pragma once
// Makes the kernels of one list of operations, in batches as wide as the instruction set has that is compiled for.

#include <autodiff/ops/kernels/batch.hpp>
#include <autodiff/ops/kernels/kernels.hpp>

namespace seegrad::detail {

template <class... Ops, instruction_set S>
const array_kernels kernel_group<operation_list<Ops...>, S>::entry[] = {
    make_kernels<Ops, batch, S == instruction_set::baseline>()...};

}  // namespace seegrad::detail
