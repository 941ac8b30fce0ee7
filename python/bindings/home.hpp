#pragma once
// Graphs as Python holds them: counted, and kept by every handle to what they record.
//
// A graph of C++ ends with its block. In Python it ends when neither a name nor a scalar or tensor of it is left, so that `del g` leaves good what
// was recorded. It belongs to the thread that made it; where the last of its handles goes on another, as the collector may have it, it waits for
// its own thread to put it away.

#include <autodiff/autodiff.hpp>
#include <memory>

namespace seegrad::python {

using shared_graph = std::shared_ptr<graph>;

auto make_graph() -> shared_graph;
auto make_graph(with_guards_t) -> shared_graph;
auto make_graph(shapes_only_t) -> shared_graph;

/// Records no more, as if it were gone: what was around it records again. What is recorded can still be read through it.
auto close(const graph& g) -> void;
/// Records again, as the innermost graph of this thread. Throws on another thread than the one that made it.
auto open(const graph& g) -> void;
auto is_open(const graph& g) -> bool;

/// The graph that is active on this thread, or null if there is none, or if it is one of a function of the library's that ends with it.
auto home() -> shared_graph;

/// A scalar or tensor with the graph that it is of: null for a constant.
template <class Handle>
struct kept {
  Handle it;
  shared_graph of;
};
template <class Handle>
auto keep(Handle x) -> kept<Handle> {
  auto of = x.is_constant() ? nullptr : home();
  return {std::move(x), std::move(of)};
}

/// In this block a graph that was closed records, so that what is asked of its handles is asked of it.
class turn {
 public:
  explicit turn(const shared_graph& g) : graph_(g && !is_open(*g) ? g.get() : nullptr) {
    if (graph_) open(*graph_);
  }
  ~turn() {
    if (graph_) close(*graph_);
  }
  turn(const turn&) = delete;
  auto operator=(const turn&) -> turn& = delete;

 private:
  graph* graph_;
};

}  // namespace seegrad::python
