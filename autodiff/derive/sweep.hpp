#pragma once
// The reverse loop itself, on node numbers; what users call stands in reverse.hpp.

#include <autodiff/graph/graph.hpp>
#include <span>

namespace seegrad::detail {

struct sweep_state;

class reverse_sweep {
 public:
  /// What is swept: the adjoints of Σ weights[i] · outputs[i], where the weights of arrays, in their shape, are in `arrays`, by the nodes from
  /// `first` on. The time it takes is proportional to the part of the record from there to the last of the outputs.
  struct request {
    std::span<const node_id> outputs;
    std::span<const double> weights;
    std::span<const array> arrays = {};
    adjoints::kept kept = adjoints::all;
    node_id first = 0;
  };
  /// The graph is only read. If a rule throws, `to` is of no sweep.
  static auto run(const graph& g, const request& r, adjoints& to) -> void;
  /// Into the set that the graph keeps.
  static auto run(graph& g, const request& r) -> void { run(g, r, g.last_sweep_); }

 private:
  friend struct sweep_state;
  static auto seed(const graph& g, const request& r, std::size_t last, adjoints& to) -> void;
  static auto tensor_step(sweep_state& s, node_id k) -> void;
  static auto pointwise_step(sweep_state& s, const tensor_node& r, const array& cotangent) -> void;
};

/// What the loop has at hand.
struct sweep_state {
  const node* nodes;
  double* adjoints;  // by node
  const std::uint32_t* operand_ids;
  const graph* g;
  array* arrays;  // by row, from first_row on
  std::size_t first_row;
  node_id first;
  seegrad::adjoints::kept kept;
  bool may_skip;         // nodes without an adjoint among the numbers have none
  bool has_nan = false;  // an input among the operations has got one

  auto array_at(node_id k) -> array& { return arrays[g->tensor_node_number(k) - first_row]; }
  /// Whether an operand gets anything.
  auto takes(node_id o) const -> bool { return o >= first && g->is_differentiable(o); }
  [[gnu::noinline]] auto tensor_step(node_id k) -> void {
    has_nan |= adjoints[k] != adjoints[k];
    reverse_sweep::tensor_step(*this, k);
  }
};

}  // namespace seegrad::detail
