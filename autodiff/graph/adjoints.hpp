#pragma once
// What a reverse sweep leaves: the derivative of its outputs by every node that it covered.
//
//   const adjoints a = reverse(y), b = reverse(z);   // any number at once; the graph is only read
//   double dx = a.of(x);
//   array dW = b.of(W);
//
// Several threads can make them of one graph while nobody records in it. They lie outside the graph, which has one set of its own, the
// one that backward() fills and pictures show. A set lives no longer than its graph, and throws once what it covers was rewound.

#include <autodiff/array/array.hpp>
#include <autodiff/graph/memory.hpp>
#include <autodiff/graph/node_set.hpp>
#include <autodiff/graph/operation.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace seegrad {

class graph;

namespace detail {
class reverse_sweep;
}  // namespace detail

/// Three different signs: no reverse sweep has covered the node; no path leads from it to the outputs of the sweep (a structural
/// zero), which is also what constants get; a number, which may be zero.
enum class adjoint_state { not_computed, structural_zero, number };

class adjoints {
 public:
  /// Which adjoints of arrays stay after a sweep: all, or those of inputs alone, so that memory is used again at once. Those of
  /// scalars always stay.
  enum class kept { all, inputs };
  /// The two by their names alone.
  static constexpr auto all = kept::all, inputs = kept::inputs;

  /// Of no sweep yet.
  explicit adjoints(const graph& g) : graph_(&g) {}
  adjoints(adjoints&&) noexcept = default;
  auto operator=(adjoints&&) noexcept -> adjoints& = default;
  ~adjoints() { numbers_.forget(first_ * sizeof(double), (last_ - first_) * sizeof(double)); }

  /// The adjoint of x: 0, or zeros in its shape and type, if no path leads from it to the outputs. Throws if x is a constant, if the sweep
  /// did not cover it, or if the sweep was told not to keep it.
  auto of(const scalar& x, std::string_view who = "adjoints::of") const -> double;
  auto of(const tensor& x, std::string_view who = "adjoints::of") const -> array;

  // By the numbers of nodes.
  /// Whether the sweep went over the node, or would have found nothing there.
  auto covers(node_id k) const -> bool { return k >= first_ && k < covered_; }
  /// Whether its adjoint is a number, a structural zero, or not computed.
  auto state(node_id k) const -> adjoint_state;
  /// Of a scalar; 0 unless the state is `number`.
  auto number(node_id k) const -> double {
    return k >= first_ && k < last_ ? static_cast<const double*>(numbers_.data())[k] : 0.0;
  }
  /// Where it stands, by the offset of the node in the record; nullptr if the sweep did not go there.
  auto found(std::uint64_t offset) const -> const double* {
    const auto k = offset / sizeof(seegrad::node) - first_;
    return k < last_ - first_ ? static_cast<const double*>(numbers_.data()) + first_ + k : nullptr;
  }
  /// Of an array; null unless the state is `number`.
  auto whole(node_id k) const -> const array&;
  /// What was differentiated.
  auto outputs() const -> const std::vector<node_id>& { return outputs_; }

 private:
  friend class graph;
  friend class detail::reverse_sweep;

  auto node(node_ref x, std::string_view who) const -> node_id;
  /// What is left of the graph's own set when it has `nodes` nodes and `rows` rows.
  auto truncate(std::size_t nodes, std::size_t rows) -> void;

  const graph* graph_;
  buffer numbers_{buffer::use::adjoints};           // by node; before first_ it holds nothing of meaning
  std::vector<array> arrays_;                       // by row, from first_tensor_node_ on
  std::size_t first_ = 0, last_ = 0, covered_ = 0;  // up to last_ the sweep went, and what was recorded then behind it gets 0
  std::size_t first_tensor_node_ = 0;
  node_ref top_ = 0;  // the last node that is covered; 0 if the graph tells of rewinds itself
  kept kept_ = all;
  std::vector<node_id> outputs_;
  mutable std::optional<detail::node_set> reached_;  // made when first asked for
};

}  // namespace seegrad
