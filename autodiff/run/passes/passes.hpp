#pragma once
// What makes a code of a record, and what changes it until it runs: each pass is a file of this room. Until slots are planned, every number has a slot of its own.

#include <autodiff/run/code.hpp>

namespace seegrad::detail::run {

/// The values of the ys. Nodes that do not lead to them, or depend on none of the xs, are not in it: those are constants, as is an input that is not among the xs.
/// Throws for arrays.
auto lower(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs) -> code;
/// Behind values, the sweep back through them: seeds for every result, and the derivatives of their weighted sum.
auto append_slopes(code& c) -> void;
/// Computes what is written twice once. Derivatives are still summed as in the record, so that no bit changes.
auto share_common(code& c) -> void;
/// Lets derivatives that do not look at an operand, or at the result, name their cotangent in its place.
auto forget_unread(code& c) -> void;
/// Gives slots that are not needed any more to other numbers.
auto plan_slots(code& c) -> void;

}  // namespace seegrad::detail::run
