#pragma once
// What a node carries back to its operands in the last sweep.

#include <autodiff/graph/graph.hpp>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>

namespace seegrad::detail::see {

struct flow {
  double local = 0;    // the local derivative; only between scalars
  double carried = 0;  // a number, or the norm of an array
  bool is_norm = false;
  bool kept = true;  // false if the adjoint it is made of was not kept
};

/// As in the sweep, a node whose adjoint is 0 carries nothing, even where the local derivative is infinite.
class flows {
 public:
  explicit flows(const graph& g) : g_(&g) {}
  auto of(node_id user, int slot) -> flow;
  /// What one node gets from several uses, as if they were one operation.
  auto together(std::span<const std::pair<node_id, int>> uses) -> flow;
  /// Whether the node has anything to carry.
  auto has_any(node_id user) const -> bool;

 private:
  auto of_row(node_id user, int slot) const -> flow;
  /// Null if nothing is carried or the adjoint it is made of was not kept, which it says.
  auto contribution(node_id user, int slot, bool& kept) const -> array;
  auto is_norm(node_id operand) const -> bool;

  const graph* g_;
  std::unordered_map<std::uint64_t, flow> rows_;  // by user and slot; an edge is asked for more than once, and arrays are large
};

}  // namespace seegrad::detail::see
