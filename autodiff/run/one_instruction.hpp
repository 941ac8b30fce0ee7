#pragma once
// What is done twice rather than kept.

#include <autodiff/ops/pointwise/library.hpp>

namespace seegrad::detail::run {

/// Whether the processor computes it by one instruction, which takes less than storing a number and reading it again from beyond the caches.
inline auto is_one_instruction(const operation& op) -> bool {
  const auto is_one_of = [&]<class... Op>(operation_list<Op...>) { return ((&op == &operation_of<Op>()) || ...); };
  return is_one_of(operation_list<add_op, sub_op, mul_op, neg_op, square_op>());
}

}  // namespace seegrad::detail::run
