#pragma once
// What a report calls a node.

#include <autodiff/graph/graph.hpp>
#include <fmt/format.h>
#include <string>

namespace seegrad::detail {

/// "e #3", or "#3" of a node without a name.
inline auto node_text(const graph& g, node_id k) -> std::string {
  const auto name = g.name(k);
  return name.empty() ? fmt::format("#{}", k) : fmt::format("{} #{}", name, k);
}
/// The same with what it does, "e #3 exp".
inline auto operation_text(const graph& g, node_id k) -> std::string {
  const auto* op = g.op(k);
  return op ? fmt::format("{} {}", node_text(g, k), op->name) : node_text(g, k);
}

}  // namespace seegrad::detail
