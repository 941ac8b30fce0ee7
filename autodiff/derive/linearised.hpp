#pragma once
// A part of a record as its derivative is made of: the local derivatives between the variables and the results, each computed once for
// any number of sweeps (derive/vector_sweep.hpp).
//
//   if (const auto l = linearised::make(g, xs, ys, linearised::free))
//     for (const auto& t : l->terms(p)) …            // p changes by Σ t.slope · (change of t.by)
//
// Places 0, 1, … are the variables; the nodes between them and the results follow, in the order of the record. A local derivative that is
// exactly 0 has no term, since an exact 0 on a path wins.

#include <autodiff/array/pooled.hpp>
#include <autodiff/graph/graph.hpp>
#include <optional>
#include <span>

namespace seegrad::detail {

class linearised {
 public:
  using place = std::uint32_t;
  static constexpr place nowhere = ~place{0};
  struct term {
    double slope;
    place by;
  };
  /// A variable that was computed from another one changes with it, or is held as it is.
  enum class variables { free, held };
  static constexpr auto free = variables::free, held = variables::held;

  /// None if an operation on arrays lies between, or if there are so many nodes that eight numbers for each would take more than a GiB.
  static auto make(const graph& g, std::span<const node_id> xs, std::span<const node_id> ys, variables which)
      -> std::optional<linearised>;

  /// Of how many nodes from `first` on the node y is made.
  static auto nodes_behind(const graph& g, node_id first, node_id y) -> std::size_t;

  auto variables_count() const -> std::size_t { return variables_; }
  /// How many places there are.
  auto size() const -> std::size_t { return size_; }
  /// Where a result stands; nowhere if it depends on no variable.
  auto place_of(node_id y) const -> place { return y - first_ < places_.size() ? places_[y - first_] : nowhere; }
  /// Those of place p are the terms from the p-th of these numbers up to the next.
  auto begins() const -> const std::uint32_t* { return begins_.data(); }
  auto all_terms() const -> const term* { return terms_.data(); }
  auto terms(place p) const -> std::span<const term> { return {terms_.data() + begins_[p], terms_.data() + begins_[p + 1]}; }
  /// Whether all slopes are.
  auto is_finite() const -> bool { return is_finite_; }

 private:
  linearised() = default;
  auto make_terms(const graph& g, std::span<const node_id> xs, const unsigned char* needed, variables which) -> bool;

  node_id first_ = 0;
  std::size_t variables_ = 0, size_ = 0;
  pooled<place> places_;  // by node, from first_ on; of those that a result needs
  pooled<std::uint32_t> begins_;
  pooled<term> terms_;
  bool is_finite_ = true;
};

}  // namespace seegrad::detail
