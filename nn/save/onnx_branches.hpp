#pragma once
// Branches of an ONNX graph, as nodes among all others.

#include <nn/save/onnx_file.hpp>

namespace seegrad::nn::detail {

/// The same graph in one list: the nodes of both branches of an If stand before it, guarded by its condition, and the If is left with what it chooses from: the
/// condition, what one branch gives, and what the other gives. Names of branches that are given elsewhere too become others. Throws for a branch that is missing,
/// or gives another number of values than its If, and for a node that needs what nothing before it gives.
auto in_one_list(onnx_graph graph) -> onnx_graph;

}  // namespace seegrad::nn::detail
