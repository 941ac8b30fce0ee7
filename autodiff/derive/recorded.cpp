#include <autodiff/derive/recorded.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/view.hpp>
#include <autodiff/ops/shape.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <map>

namespace seegrad {
namespace {

auto is_number(const scalar& x, double v) -> bool { return x.is_constant() && x.value() == v; }
auto is_finite_constant(const scalar& x) -> bool { return x.is_constant() && isfinite(x); }

// A factor without a node is a number of the paragraph's text or of the seed, the same wherever the record is run again.
auto times(const scalar& a, const scalar& b) -> scalar {
  if (is_number(a, 0) || is_number(b, 0)) return 0.0;
  if (is_number(a, 1)) return b;
  if (is_number(b, 1)) return a;
  return is_finite_constant(a) || is_finite_constant(b) ? a * b : strong_mul(a, b);
}

auto plus(const scalar& a, const scalar& b) -> scalar { return is_number(a, 0) ? b : is_number(b, 0) ? a : a + b; }

// Only what lies between the xs and y takes part.
auto depending_on(const graph& g, std::span<const node_id> xs, node_id y) -> std::vector<bool> {
  std::vector<bool> depends(std::size_t{y} + 1);
  for (auto x : xs)
    if (x <= y) depends[x] = true;
  for (node_id k = 0; k <= y; ++k)
    if (!depends[k] && g.is_differentiable(k))
      for (auto o : g.operands(k)) depends[k] = depends[k] || depends[o];
  return depends;
}

// The sweep of sweep.cpp, with recorded values in place of numbers. The adjoint of a scalar node is a scalar, that of an array a tensor.
class recorded_sweep {
 public:
  recorded_sweep(graph& g, std::vector<bool> depends) : g_(g), depends_(std::move(depends)), numbers_(depends_.size()) {}

  auto seed(node_id k, const tensor& t) -> void { add(k, t); }
  auto run() -> void {
    for (auto k = static_cast<node_id>(depends_.size()); k-- > 0;) {
      if (!depends_[k] || g_.is_leaf(k)) continue;
      if (g_.has_row(k)) row(k);
      else if (!is_number(numbers_[k], 0)) number(k);
    }
  }
  auto of_number(node_id k) const -> scalar { return k < numbers_.size() ? numbers_[k] : scalar(0.0); }
  auto of_array(node_id k) const -> tensor {
    const auto it = arrays_.find(k);
    return it == arrays_.end() ? tensor() : it->second;
  }

 private:
  auto number(node_id k) -> void {
    const auto& op = *g_.op(k);
    const auto operands = g_.operands(k);
    // Recording may move the side table of operands, so they are copied out first.
    node_id from[max_arity];
    scalar x[max_arity], d;
    for (int i = 0; i < op.arity; ++i) from[i] = operands[i], x[i] = handle(from[i]);
    for (int i = 0; i < op.arity; ++i) {
      if (!depends_[from[i]]) continue;
      op.partial_recorded(i, x, handle(k), d);
      numbers_[from[i]] = plus(numbers_[from[i]], times(numbers_[k], d));
    }
  }

  auto row(node_id k) -> void {
    const bool whole = g_.is_tensor(k);
    if (whole ? !arrays_.contains(k) : is_number(numbers_[k], 0)) return;
    const tensor cotangent = whole ? arrays_.at(k) : tensor(numbers_[k]);
    const auto& op = *g_.op(k);
    const auto parameters = g_.row(k).parameters;
    const auto ids = g_.operands(k);
    std::vector<node_id> from;
    std::vector<tensor> x;
    for (auto o : ids) from.push_back(o), x.push_back(g_.is_tensor(o) ? tensor_handle(o) : tensor(handle(o)));
    const auto y = whole ? tensor_handle(k) : tensor(handle(k));
    for (std::size_t i = 0; i < from.size(); ++i)
      if (depends_[from[i]]) {
        const auto slot = static_cast<int>(i);
        if (!op.is_structural() && constant_slope(op, slot) == 0) continue;
        add(from[i], op.is_structural() ? op.rule->pull_recorded(parameters.get(), slot, x, y, cotangent)
                                        : pointwise(op, slot, x, y, cotangent));
      }
  }

  static auto pointwise(const operation& op, int i, const std::vector<tensor>& x, const tensor& y, const tensor& cotangent)
      -> tensor {
    const auto& shape = x[static_cast<std::size_t>(i)].shape();
    tensor d;
    if (const auto c = constant_slope(op, i); !c) op.partial_tensor(i, x.data(), y, d);
    else if (std::isfinite(*c)) return summed_to(*c == 1 ? cotangent : cotangent * *c, shape);
    else d = *c;
    return summed_to(strong_mul(cotangent, d), shape);
  }

  auto add(node_id k, const tensor& t) -> void {
    if (!g_.is_tensor(k)) {
      numbers_[k] = plus(numbers_[k], t.value().is_number() ? as_scalar(t) : item(t));
      return;
    }
    const auto typed = cast(t, g_.row(k).value.type());
    const auto [it, is_new] = arrays_.try_emplace(k, typed);
    if (!is_new) it->second = it->second + typed;
  }

  // A tensor that is a scalar's handle in disguise.
  auto as_scalar(const tensor& t) const -> scalar { return {t.value().item(), t.ref()}; }

  graph& g_;
  std::vector<bool> depends_;
  std::vector<scalar> numbers_;
  std::map<node_id, tensor> arrays_;
};

}  // namespace

auto recorded_gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<scalar> {
  auto& g = graph::active();
  std::vector<node_id> ids;
  for (const auto& x : xs) ids.push_back(g.id(x.ref(), "recorded_gradient"));
  std::vector<scalar> out(xs.size());
  if (y.is_constant()) return out;
  const auto top = g.id(y.ref(), "recorded_gradient");
  recorded_sweep sweep(g, depending_on(g, ids, top));
  sweep.seed(top, scalar(1.0));
  sweep.run();
  for (std::size_t i = 0; i < ids.size(); ++i) out[i] = sweep.of_number(ids[i]);
  return out;
}

auto recorded_vjp(const tensor& y, const tensor& seed, std::span<const tensor> xs) -> std::vector<tensor> {
  auto& g = graph::active();
  std::vector<node_id> ids;
  for (const auto& x : xs) ids.push_back(g.id(x.ref(), "recorded_gradient"));
  std::vector<tensor> out(xs.size());
  const auto zero = [](const tensor& x) { return zeros(x.shape(), x.type()); };
  if (y.is_constant()) {
    std::transform(xs.begin(), xs.end(), out.begin(), zero);
    return out;
  }
  const auto top = g.id(y.ref(), "recorded_gradient");
  recorded_sweep sweep(g, depending_on(g, ids, top));
  sweep.seed(top, g.is_tensor(top) ? expand(seed, y.shape()) : seed);
  sweep.run();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out[i] = g.is_tensor(ids[i]) ? sweep.of_array(ids[i]) : tensor(sweep.of_number(ids[i]));
    if (out[i].value().is_null()) out[i] = zero(xs[i]);
  }
  return out;
}

auto recorded_gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<tensor> {
  if (y.size() != 1)
    throw error("recorded_gradient: the output has the shape " + to_string(y.shape()) +
                "; a gradient is of one number: take sum() or mean(), or use recorded_vjp with a seed");
  return recorded_vjp(y, tensor(1.0), xs);
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

// --- arrays ----------------------------------------------------------------------------------------------------------------

auto jacobian(const tensor& y, const tensor& x) -> array {
  require_node(x.ref(), "jacobian");
  auto out = zeros(y.shape() + x.shape(), x.type());
  auto seed = array::uninitialized(y.type(), {y.size()});
  if (!y.is_constant())
    for (index_t i = 0; i < y.size(); ++i) {
      fill_elements(seed, 0);
      seed.set(1, i);
      backward(y, views::reshape(seed.copy(), y.shape()));
      const auto row = grad(x).contiguous();
      with_floating(x.type(),
                    [&]<class T>(T) { std::copy_n(row.data<T>(), row.size(), out.writable<T>().data() + i * x.size()); });
    }
  reverse_sweep::forget(graph::active());
  return out;
}

auto hessian(const tensor& y, const tensor& x) -> array {
  const rewind_scope temporary;
  return jacobian(recorded_gradient(y, std::array{x})[0], x);
}

auto hessian_vector(const tensor& y, const tensor& x, const array& v) -> array {
  const rewind_scope temporary;
  const auto slope = recorded_gradient(y, std::array{x})[0];
  auto out = slope.is_constant() ? slope.value() * 0.0 : vjp(slope, v, std::array{x})[0];
  reverse_sweep::forget(graph::active());
  return out;
}

}  // namespace seegrad
