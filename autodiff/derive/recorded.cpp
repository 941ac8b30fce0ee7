#include <autodiff/derive/recorded.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/view.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <map>

namespace seegrad {
namespace {

auto is_number(const scalar& x, double v) -> bool { return x.is_constant() && x.value() == v; }
auto plus(const scalar& a, const scalar& b) -> scalar { return is_number(a, 0) ? b : is_number(b, 0) ? a : a + b; }

// The sweep of sweep.cpp, with recorded values in place of numbers, over what lies between the xs and y. The adjoint of a scalar node is a
// scalar, that of an array a tensor.
class recorded_sweep {
 public:
  recorded_sweep(graph& g, std::span<const node_id> xs, node_id y)
      : g_(g), depends_(depending_on(g, xs, y)), numbers_(std::size_t{y} + 1 - depends_.first()) {}

  auto seed(node_id k, const tensor& t) -> void { add(k, t); }
  auto run() -> void {
    for (auto k = depends_.last() + 1; k-- > depends_.first();) {
      if (!depends_[k] || g_.is_leaf(k)) continue;
      if (!g_.is_tensor_node(k)) vjp<scalar>(k, number(k));
      else if (!g_.is_tensor(k)) vjp<tensor>(k, number(k));
      else if (const auto it = arrays_.find(k); it != arrays_.end()) vjp<tensor>(k, it->second);
    }
  }
  auto of_number(node_id k) const -> scalar { return k <= depends_.last() ? numbers_[k - depends_.first()] : scalar(0.0); }
  auto of_array(node_id k) const -> tensor {
    const auto it = arrays_.find(k);
    return it == arrays_.end() ? tensor() : it->second;
  }

 private:
  auto number(node_id k) -> scalar& { return numbers_[k - depends_.first()]; }

  template <class T>
  auto vjp(node_id k, const T cotangent) -> void {
    if (!g_.is_tensor(k) && is_number(number(k), 0)) return;
    const recorded_node<T> n(g_, k);
    for (std::size_t i = 0; i < n.operands().size(); ++i)
      if (const auto o = n.operands()[i]; depends_[o]) add(o, n.vjp(i, cotangent));
  }

  auto add(node_id k, const scalar& t) -> void { number(k) = plus(number(k), t); }
  auto add(node_id k, const tensor& t) -> void {
    if (t.value().is_null()) return;
    if (!g_.is_tensor(k)) return add(k, t.value().is_number() ? scalar(t.value().item(), t.ref()) : item(t));
    const auto typed = cast(t, g_.tensor_node_at(k).value.type());
    const auto [it, is_new] = arrays_.try_emplace(k, typed);
    if (!is_new) it->second = it->second + typed;
  }

  graph& g_;
  node_set depends_;
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
  recorded_sweep sweep(g, ids, top);
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
  recorded_sweep sweep(g, ids, top);
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
      const auto row = vjp(y, views::reshape(seed.copy(), y.shape()), std::array{x})[0].contiguous();
      with_floating(x.type(),
                    [&]<class T>(T) { std::copy_n(row.data<T>(), row.size(), out.writable<T>().data() + i * x.size()); });
    }
  return out;
}

auto hessian(const tensor& y, const tensor& x) -> array {
  const rewind_scope temporary;
  return jacobian(recorded_gradient(y, std::array{x})[0], x);
}

auto hessian_vector(const tensor& y, const tensor& x, const array& v) -> array {
  const rewind_scope temporary;
  const auto slope = recorded_gradient(y, std::array{x})[0];
  return slope.is_constant() ? slope.value() * 0.0 : vjp(slope, v, std::array{x})[0];
}

}  // namespace seegrad
