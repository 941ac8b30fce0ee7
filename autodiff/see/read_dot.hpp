#pragma once
// DOT text as a graph of Graphviz's that is the same whenever it is read.

#include <string>

#ifdef SEEGRAD_PICTURES
#include <graphviz/cgraph.h>

namespace seegrad::detail::see {

/// Null if it cannot be read. Graphviz keeps subgraphs in the order of their numbers, which by default are the addresses of their names, and
/// lays out and draws them in that order; here they are numbered as they are named.
auto read_dot(const std::string& dot) -> Agraph_t*;

}  // namespace seegrad::detail::see
#endif
