#pragma once
// Nodes with arrays, computed in double precision whatever they were recorded in: the checker measures small differences, for which a
// float has too few digits.

#include <autodiff/graph/reach.hpp>
#include <span>
#include <string>
#include <vector>

namespace seegrad::detail {

/// The same numbers in double precision; whole numbers and truth values stay as they are.
auto in_double(const array& a) -> array;
/// All elements row by row.
auto numbers_of(const array& a) -> std::vector<double>;
/// "[2, 0]", of an element counted row by row; empty if there are no axes.
auto index_text(const dims& shape, std::size_t element) -> std::string;

/// Whether y depends on anything that has to do with arrays.
auto has_tensor_nodes(const graph& g, const node_set& used) -> bool;
/// The operands of node k, as recorded.
auto double_operands(const graph& g, node_id k) -> std::vector<array>;

/// What a node computes of `x`, and what its operand `i` gets of the cotangent of its result.
auto tensor_value(const graph& g, node_id k, std::span<const array> x) -> array;
auto tensor_vjp(const graph& g, node_id k, int i, std::span<const array> x, const array& y, const array& cotangent) -> array;
/// About how many elementary steps that takes.
auto tensor_work(const graph& g, node_id k) -> double;

/// The graph up to `last`, computed again in double precision, at the recorded inputs and beside them.
class double_replay {
 public:
  double_replay(const graph& g, node_id last, node_set used);

  auto at(node_id k) const -> const array& { return values_[k]; }
  auto last() const -> const array& { return values_[last_]; }
  auto used(node_id k) const -> bool { return used_[k]; }
  auto work() const -> double { return work_; }
  /// The value of `last` with some nodes held at other values. Only what depends on them is computed.
  auto with(std::span<const node_id> changed, std::span<const array> values) -> array;
  /// The value of every node then; null where it is as it was.
  auto moved() const -> const std::vector<array>& { return moved_; }
  /// The adjoints of `seed` · last. With `jitter`, every value that was computed and everything passed on is off by
  /// about that fraction of itself.
  auto adjoints(const array& seed, double jitter = 0) const -> std::vector<array>;

 private:
  auto compute(node_id k, const std::vector<array>* now) const -> array;

  const graph& g_;
  node_id last_;
  node_set used_;
  std::vector<array> values_, moved_;
  double work_ = 0;
};

/// Each element times 1 ± about `fraction`.
auto jittered(const array& a, double fraction, std::uint64_t seed) -> array;

}  // namespace seegrad::detail
