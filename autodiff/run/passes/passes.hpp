#pragma once
// What makes a code of a record, and what changes it until it runs: each pass is a file of this room. Until slots are planned, every number has a slot of its own.

#include <autodiff/run/code.hpp>
#include <autodiff/run/compile_options.hpp>

namespace seegrad::detail::run {

/// All that is done to the code of values before its slots are planned, with the sweep back through them.
auto with_slopes(code values, algebra a) -> code;
/// What is done besides to a program that does not run sideways, once: there an instruction costs what it computes, and not the memory it goes through.
auto settle(code& c, const compile_options& o) -> void;

/// The values of the ys. Nodes that do not lead to them, or depend on none of the xs, are not in it: those are constants, as is an input that is not among the xs.
/// Throws for arrays.
auto lower(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs) -> code;
/// Behind values, the sweep back through them: seeds for every result, and the derivatives of their weighted sum.
auto append_slopes(code& c) -> void;
/// Algebra that changes no bit: x * 1, a - (-b), x / 4 as x * 0.25.
auto simplify(code& c) -> void;
/// Computes what is written twice once. Derivatives are still summed as in the record, so that no bit changes.
auto share_common(code& c) -> void;
/// Lets derivatives that do not look at an operand, or at the result, name their cotangent in its place.
auto forget_unread(code& c) -> void;
/// Leaves out what leads to no result, no question and no derivative.
auto drop_unread(code& c) -> void;
/// Computes in the sweep back what is cheaper to compute again than to keep, with the same bits.
auto recompute(code& c) -> void;

// --- What changes last digits: algebra::fast ---

/// Cheaper operations: a product for a quotient by a constant, products and roots for a power.
auto strengthen(code& values) -> void;
/// Takes the terms of long sums in turn in several partial sums, none of which waits for the others.
auto spread_sums(code& values) -> void;
/// One reciprocal for all that is divided by one number, forwards and backwards.
auto share_reciprocals(code& c) -> void;

// --- And slots ---

/// Gives slots that are not needed any more to other numbers.
auto plan_slots(code& c) -> void;

}  // namespace seegrad::detail::run
