#pragma once
// The title of a node.

#include <autodiff/graph/graph.hpp>
#include <string>

namespace seegrad::see {

/// A row of the label: the name large, and what it is made of; without a name, what it is made of.
auto put_heading(std::string& out, const graph& g, node_id k, int digits) -> void;

}  // namespace seegrad::see
