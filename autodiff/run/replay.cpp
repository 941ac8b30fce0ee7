#include <autodiff/run/replay.hpp>

namespace seegrad {

auto replay(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double> {
  if (last >= g.size()) throw error("replay: the graph has no node of that number");
  if (changed.size() != values.size()) throw error("replay: give one value for each node that changes");
  std::vector<double> now(std::size_t{last} + 1);
  std::vector<bool> held(now.size());
  for (std::size_t i = 0; i < changed.size(); ++i)
    if (changed[i] <= last) now[changed[i]] = values[i], held[changed[i]] = true;
  for (node_id k = 0; k <= last; ++k) {
    if (held[k]) continue;
    if (g.is_leaf(k)) {
      now[k] = g.value(k);
      continue;
    }
    const auto& op = *g.op(k);
    const auto operands = g.operands(k);
    double x[max_arity];
    for (int i = 0; i < op.arity; ++i) x[i] = now[operands[i]];
    now[k] = op.value(x);
  }
  return now;
}

}  // namespace seegrad
