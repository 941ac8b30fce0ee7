#pragma once
// Run a recorded graph again on other inputs.
//
// What the library decided (a mask, the largest element, an order) is decided anew. A branch that the program itself took while recording
// is in the record as it was taken: a graph made with_guards knows those branches, and then replay throws guard_failure where one would
// now go the other way, and never answers for it.

#include <autodiff/graph/graph.hpp>
#include <span>
#include <vector>

namespace seegrad {

/// The value of every node, a scalar's in `numbers` and an array's in `arrays`; the other is NaN or null.
struct replayed {
  std::vector<double> numbers;  ///< by node
  std::vector<array> arrays;    ///< by node; null of a scalar
  auto array_at(node_id k) const -> array { return arrays[k].is_null() ? array(numbers[k]) : arrays[k]; }
};

namespace detail {
/// The values of all nodes of `g` up to `last`, with nodes `changed[i]` held at `values[i]` instead, which for an array has its shape.
auto replay_arrays(const graph& g, node_id last, std::span<const node_id> changed, std::span<const array> values) -> replayed;
/// The same into what an earlier replay of `g` up to `last` gave, in the memory of its arrays where nobody else holds them. After an error
/// it is empty.
auto replay_arrays(const graph& g, node_id last, std::span<const node_id> changed, std::span<const array> values, replayed& now)
    -> void;
}  // namespace detail

/// The value of every node of `g`, which has scalars only, up to `last`, with nodes `changed[i]` (usually inputs) held at `values[i]` instead.
auto replay(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double>;

namespace detail {
/// The function whose derivatives are those of the record: along the branch that was recorded, without asking the guards, and with what
/// stop_gradient gave as it was.
auto replay_recorded_branch(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double>;
}  // namespace detail

}  // namespace seegrad
