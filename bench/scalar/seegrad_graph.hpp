#pragma once
// The graph of all of seegrad's runners. Of two live graphs the inner one records, so that runners with a graph each would be in each
// other's way.

#include <autodiff/autodiff.hpp>

namespace bench {

inline auto shared_graph() -> seegrad::graph& {
  static seegrad::graph g;
  return g;
}

}  // namespace bench
