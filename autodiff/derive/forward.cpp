#include <autodiff/derive/forward.hpp>

#include <fmt/format.h>

namespace seegrad {

auto jvp(const scalar& y, std::span<const scalar> xs, std::span<const double> v) -> double {
  if (xs.size() != v.size())
    throw error(
        fmt::format("jvp: {} variables but a direction of {} numbers; give one number for each variable", xs.size(), v.size()));
  const auto& g = graph::active();
  std::vector<double> tangent(g.size());
  std::vector<bool> fixed(g.size());
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const auto k = g.id(xs[i].ref(), "jvp");
    tangent[k] = v[i], fixed[k] = true;
  }
  if (y.is_constant()) return 0;
  const auto top = g.id(y.ref(), "jvp");
  for (node_id k = 0; k <= top; ++k) {
    if (fixed[k] || g.is_leaf(k)) continue;
    const auto& op = *g.op(k);
    const auto operands = g.operands(k);
    double x[max_arity];
    for (int i = 0; i < op.arity; ++i) x[i] = g.value(operands[i]);
    for (int i = 0; i < op.arity; ++i)
      if (const auto t = tangent[operands[i]]; t != 0) tangent[k] += op.partial(i, x, g.value(k)) * t;
  }
  return tangent[top];
}

}  // namespace seegrad
