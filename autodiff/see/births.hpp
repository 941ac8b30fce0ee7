#pragma once
// Where numbers that are not finite are born, in every part of a graph that a picture shows.

#include <autodiff/graph/graph.hpp>
#include <autodiff/see/flow.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace seegrad::detail::see {

struct birth {
  enum class kind {
    value,  ///< an operation makes it of finite operands, or a NaN of operands that are none
    slope,  ///< its derivative makes it of a finite gradient
    sum     ///< finite contributions to a gradient add up to it
  };
  kind what;
  double number;
  node_id target;  ///< of `slope`: the operand whose gradient it is
};
using births = std::map<node_id, birth>;

/// Of the nodes that `shown` marks. An infinity that reaches none of the outputs is meant to be one, as that of a mask before a softmax.
auto find_births(const graph& g, flows& carried, const std::vector<char>& shown, std::span<const node_id> outputs) -> births;

/// "NaN born here".
auto birth_text(const graph& g, const birth& b) -> std::string;

}  // namespace seegrad::detail::see
