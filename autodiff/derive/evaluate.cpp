#include <autodiff/derive/evaluate.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/table/cancel.hpp>
#include <autodiff/ops/table/structural_list.hpp>

namespace seegrad {
namespace {

auto parameters_of(const graph& g, node_id k) -> const void* { return g.tensor_node_at(k).parameters.get(); }

auto in_type_of(const array& operand, array a) -> array {
  return operand.is_number() || a.type() == operand.type() ? a : a.cast(operand.type());
}

auto is_number(const scalar& x, double v) -> bool { return x.is_constant() && x.value() == v; }
auto is_finite_constant(const scalar& x) -> bool { return x.is_constant() && isfinite(x); }

// <vjp(g), t> is linear in g, and its gradient by g is the change of y along t.
auto transposed_vjp(const detail::array_rule& rule, const void* parameters, int i, std::span<const array> x, const array& y,
                    const array& tangent) -> array {
  const auto zero = zeros(y.shape(), y.is_floating() ? y.type() : float64);
  graph apart;
  const std::vector<tensor> operands(x.begin(), x.end());
  const auto g = input(zero);
  const auto product = sum(rule.vjp_recorded(parameters, i, operands, y, g) * tangent);
  return product.is_constant() ? zero : gradient(product, std::array{g})[0];
}

}  // namespace

namespace detail {
auto node_of_arrays::numbers(const array& y) const -> node_of_numbers {
  auto next = x_.data();
  node_of_numbers n(g_, k_, [&](node_id) { return (next++)->item(); });
  n.set_result(y.item());
  return n;
}

auto node_of_arrays::value() const -> array {
  return g_.is_tensor_node(k_) ? g_.op(k_)->rule->value(parameters_of(g_, k_), x_) : numbers(0.0).value();
}

auto node_of_arrays::value_into(array& y) const -> void {
  if (g_.is_tensor_node(k_)) g_.op(k_)->rule->value_into(parameters_of(g_, k_), x_, y);
  else y = value();
}

auto node_of_arrays::vjp(int i, const array& y, const array& cotangent) const -> array {
  if (!g_.is_tensor_node(k_)) return numbers(y).vjp(i, cotangent.item());
  return in_type_of(x_[static_cast<std::size_t>(i)],
                    g_.tensor_node_at(k_).op->rule->vjp(parameters_of(g_, k_), i, x_, y, cotangent));
}

auto node_of_arrays::vjp_into(array& adjoint, int i, const array& y, const array& cotangent) const -> void {
  g_.tensor_node_at(k_).op->rule->vjp_into(parameters_of(g_, k_), i, x_, y, cotangent, adjoint);
}

auto node_of_arrays::jvp(int i, const array& y, const array& tangent) const -> array {
  if (!g_.is_tensor_node(k_)) return numbers(y).vjp(i, tangent.item());
  const auto& rule = *g_.tensor_node_at(k_).op->rule;
  return rule.jvp ? rule.jvp(parameters_of(g_, k_), i, x_, y, tangent)
                  : transposed_vjp(rule, parameters_of(g_, k_), i, x_, y, tangent);
}

auto recorded_times(const scalar& a, const scalar& b) -> scalar {
  if (is_number(a, 0) || is_number(b, 0)) return 0.0;
  if (is_number(a, 1)) return b;
  if (is_number(b, 1)) return a;
  if (is_number(a, -1)) return -b;
  if (is_number(b, -1)) return -a;
  return is_finite_constant(a) || is_finite_constant(b) ? a * b : strong_mul(a, b);
}

template <class T>
recorded_node<T>::recorded_node(const graph& g, node_id k)
    : op_(*g.op(k)), operands_(static_cast<std::size_t>(g.operands(k).size())), x_(operands_.size()) {
  constexpr auto handle_of = [](node_id n) {
    if constexpr (std::same_as<T, scalar>) return handle(n);
    else return tensor_handle(n);
  };
  if (g.is_tensor_node(k)) parameters_ = g.tensor_node_at(k).parameters;
  y_ = handle_of(k);
  std::size_t i = 0;
  for (auto o : g.operands(k)) operands_[i] = o, x_[i++] = handle_of(o);
}

template <class T>
auto recorded_node<T>::vjp(std::size_t i, const T& cotangent) const -> T {
  const auto slot = static_cast<int>(i);
  if constexpr (std::same_as<T, scalar>) {
    scalar d;
    if (op_.result_times_partial)
      if (const auto rest = without_factor(cotangent, y_)) {
        op_.result_times_partial(slot, x_.data(), y_, d);
        return recorded_times(*rest, d);
      }
    op_.partial_recorded(slot, x_.data(), y_, d);
    return recorded_times(cotangent, d);
  } else {
    if (!op_.is_structural() && constant_slope(op_, slot) == 0) return {};
    return op_.rule->vjp_recorded(parameters_.get(), slot, x_, y_, cotangent);
  }
}

template class recorded_node<scalar>;
template class recorded_node<tensor>;

}  // namespace detail

}  // namespace seegrad
