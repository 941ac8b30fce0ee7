#pragma once
// How much memory a computation takes.
//
//   backward(loss);
//   memory(g).text();      // "values 1.2 MB, adjoints 1.2 MB, record 34 kB; arrays of this thread: 2.6 MB now, 3.1 MB at most, 0 B spare"
//
// To see what one training step takes, call pool::reset_peak() before it.

#include <autodiff/graph/graph.hpp>
#include <string>

namespace seegrad {

/// In bytes. Arrays that share memory are counted once.
struct memory_report {
  std::size_t values = 0;    ///< of arrays in the graph
  std::size_t adjoints = 0;  ///< of arrays and of scalars
  std::size_t record = 0;    ///< the nodes, with the values of scalars, and the side tables
  std::ptrdiff_t live = 0;   ///< arrays of this thread, in the graph or not
  std::ptrdiff_t peak = 0;   ///< the most there ever were at once since pool::reset_peak()
  std::ptrdiff_t spare = 0;  ///< given back, and kept for the next arrays

  auto text() const -> std::string;
};

/// Of all nodes of the graph.
auto memory(const graph& g) -> memory_report;

}  // namespace seegrad
