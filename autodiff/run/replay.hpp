#pragma once
// Run a recorded graph again on other inputs.
//
// The record is a straight line: a branch the program took while recording is taken again, whatever the new values. Where a
// comparison would now come out differently, replay computes the branch that was recorded.

#include <autodiff/graph/graph.hpp>
#include <span>
#include <vector>

namespace seegrad {

/// The value of every node of `g` up to `last`, with nodes `changed[i]` (usually inputs) held at `values[i]` instead.
auto replay(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double>;

}  // namespace seegrad
