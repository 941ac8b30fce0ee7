#pragma once
// How many products are added up to compute a node: of matrix products, linear layers, attention and convolutions, which is where the time of networks
// goes. What goes over arrays number by number is not counted.

#include <autodiff/graph/graph.hpp>

namespace seegrad::nn::detail {

auto multiply_adds(const graph& g, node_id k) -> index_t;

}  // namespace seegrad::nn::detail
