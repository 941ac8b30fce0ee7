#pragma once
// The values and gradients of a graph at one time, to compare a later picture with.
//
//   backward(J);
//   const graph_snapshot before(g);
//   …                                                    // a step; the same program recorded again, or the graph replayed
//   picture(J, {.before = &before}).save("step.svg");    // each node: value was 8 (+0.4), grad was 3 (−0.1)

#include <autodiff/graph/graph.hpp>
#include <string>
#include <vector>

namespace seegrad {

/// All values and gradients of a graph, as they were when it was made.
class graph_snapshot {
 public:
  /// Of all nodes, with the gradients that the last sweep left.
  explicit graph_snapshot(const graph& g);

  /// How many nodes.
  auto size() const -> std::size_t { return numbers_.size(); }
  // Node k as it was.
  /// Of a scalar.
  auto value(node_id k) const -> double { return numbers_[k].value; }
  /// Of a scalar, as the sweep before had left it.
  auto gradient(node_id k) const -> double { return numbers_[k].gradient; }
  /// Of an array; null for a scalar.
  auto array_value(node_id k) const -> const array& { return numbers_[k].whole; }
  /// Of an array; null unless its state is `number`.
  auto array_gradient(node_id k) const -> const array& { return numbers_[k].adjoint; }
  /// Of its gradient.
  auto state(node_id k) const -> adjoint_state { return numbers_[k].state; }
  /// Whether a sweep had covered it.
  auto swept(node_id k) const -> bool { return numbers_[k].swept; }
  /// Throws, with the first place where they differ, unless node k of the graph is what node k was for each that both have: the same operation of the
  /// same operands, and of arrays the same type and shape.
  auto expect_same_program(const graph& g) const -> void;
  /// What has changed at a node, "value was 8 (+0.4), grad was 3 (−0.1)", with so many significant digits; of an array by how much, as a
  /// share of its norm. Empty if nothing has, or the snapshot does not have the node.
  auto change(const graph& g, node_id k, int digits) const -> std::string;

 private:
  struct entry {
    const operation* op;
    bool is_leaf, swept;
    adjoint_state state;
    double value, gradient;
    array whole, adjoint;  // of an array
    std::vector<node_id> operands;
  };
  std::vector<entry> numbers_;
};

/// One of a history: "epoch 3", and how it was then.
struct labelled_snapshot {
  std::string label;        ///< "epoch 3"
  graph_snapshot snapshot;  ///< the graph then
};

}  // namespace seegrad
