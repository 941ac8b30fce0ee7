#pragma once
// The reverse loop itself, on node numbers; what users call stands in reverse.hpp.

#include <autodiff/graph/graph.hpp>
#include <span>

namespace seegrad {

/// Which adjoints of arrays stay in the graph after a sweep: all, or those of inputs alone, so that memory is used again at once. Those of
/// scalars always stay.
enum class adjoints { all, inputs };

class reverse_sweep {
 public:
  /// Adjoints of Σ weights[i] · outputs[i] for every node of `g`; the weights of arrays, in their shape, are in `arrays`.
  static auto run(graph& g, std::span<const node_id> outputs, std::span<const double> weights, std::span<const array> arrays = {},
                  adjoints kept = adjoints::all) -> void;
  /// As if no sweep had been run.
  static auto forget(graph& g) -> void { g.swept_ = 0, g.outputs_.clear(), g.reached_.clear(); }

 private:
  friend struct sweep_state;
  static auto row_step(graph& g, node_id k, double* numbers, adjoints kept) -> void;
  static auto pointwise_step(graph& g, const tensor_row& r, double* numbers, const array& cotangent) -> void;
};

}  // namespace seegrad
