#include <autodiff/derive/recorded.hpp>

#include <algorithm>
#include <autodiff/derive/sweep.hpp>

namespace seegrad {
namespace {

auto is_number(const scalar& x, double v) -> bool { return x.is_constant() && x.value() == v; }

auto times(const scalar& a, const scalar& b) -> scalar {
  if (is_number(a, 0) || is_number(b, 0)) return 0.0;
  if (is_number(a, 1)) return b;
  if (is_number(b, 1)) return a;
  return a * b;
}

auto plus(const scalar& a, const scalar& b) -> scalar { return is_number(a, 0) ? b : is_number(b, 0) ? a : a + b; }

// Only what lies between the xs and y takes part.
auto depending_on(const graph& g, std::span<const node_id> xs, node_id y) -> std::vector<bool> {
  std::vector<bool> depends(std::size_t{y} + 1);
  for (auto x : xs)
    if (x <= y) depends[x] = true;
  for (node_id k = 0; k <= y; ++k)
    if (!depends[k])
      for (auto o : g.operands(k)) depends[k] = depends[k] || depends[o];
  return depends;
}

}  // namespace

auto recorded_gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<scalar> {
  auto& g = graph::active();
  std::vector<node_id> ids;
  for (const auto& x : xs) ids.push_back(g.id(x.ref(), "recorded_gradient"));
  std::vector<scalar> out(xs.size());
  if (y.is_constant()) return out;

  const auto top = g.id(y.ref(), "recorded_gradient");
  const auto depends = depending_on(g, ids, top);
  std::vector<scalar> adjoint(std::size_t{top} + 1);
  adjoint[top] = 1.0;
  for (auto k = top + 1; k-- > 0;) {
    if (!depends[k] || is_number(adjoint[k], 0) || g.is_leaf(k)) continue;
    const auto& op = *g.op(k);
    const auto operands = g.operands(k);
    // Recording may move the side table of operands, so they are copied out first.
    node_id from[max_arity];
    scalar x[max_arity], d;
    for (int i = 0; i < op.arity; ++i) from[i] = operands[i], x[i] = handle(from[i]);
    for (int i = 0; i < op.arity; ++i) {
      if (!depends[from[i]]) continue;
      op.partial_recorded(i, x, handle(k), d);
      adjoint[from[i]] = plus(adjoint[from[i]], times(adjoint[k], d));
    }
  }
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] <= top) out[i] = adjoint[ids[i]];
  return out;
}

auto jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> matrix {
  matrix m(ys.size(), xs.size());
  for (std::size_t i = 0; i < ys.size(); ++i) {
    const auto row = gradient(ys[i], xs);
    std::copy(row.begin(), row.end(), m.data.begin() + static_cast<std::ptrdiff_t>(i * m.columns));
  }
  reverse_sweep::forget(graph::active());
  return m;
}

auto hessian(const scalar& y, std::span<const scalar> xs) -> matrix {
  const rewind_scope temporary;
  return jacobian(recorded_gradient(y, xs), xs);
}

}  // namespace seegrad
