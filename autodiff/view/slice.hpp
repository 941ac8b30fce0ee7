#pragma once
// Parts of a record: what one wants to look at when the whole is too much.
//
//   picture(y, {.only = between(g, vertex(x, view), vertex(y, view))}).save("between.svg");
//   picture(y, {.only = neighbourhood(g, k, 2)}).save("around.svg");
//
// Nodes are in the order of the record. All take time proportional to the record, whatever its shape. Throws if a number is of no node.

#include <autodiff/graph/graph.hpp>
#include <vector>

namespace seegrad {

/// The nodes on the ways by which x reaches y, both included; none if it does not.
auto between(const graph& g, node_id x, node_id y) -> std::vector<node_id>;

/// Those at most `distance` steps from node k, towards operands and users in any order.
auto neighbourhood(const graph& g, node_id k, int distance) -> std::vector<node_id>;

/// The nodes that every way from x to y passes, both included; none if there is no way. They are the dominators of y where x is the entry.
auto passages(const graph& g, node_id x, node_id y) -> std::vector<node_id>;

}  // namespace seegrad
