#pragma once
// The reverse loop itself, on node numbers; what users call stands in reverse.hpp.

#include <autodiff/graph/graph.hpp>
#include <span>

namespace seegrad {

class reverse_sweep {
 public:
  /// Adjoints of Σ weights[i] * outputs[i] for every node of `g`.
  static auto run(graph& g, std::span<const node_id> outputs, std::span<const double> weights) -> void;
  /// As if no sweep had been run.
  static auto forget(graph& g) -> void { g.swept_ = 0, g.outputs_.clear(), g.reached_.clear(); }
};

}  // namespace seegrad
