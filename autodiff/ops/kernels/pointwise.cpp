#include <autodiff/ops/kernels/pointwise.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/reduce.hpp>
#include <autodiff/ops/kernels/common_type.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/ops/kernels/pointwise_loop.hpp>
#include <autodiff/ops/pointwise/library.hpp>

namespace seegrad::detail {
namespace {

using namespace detail;

// Of what is chosen among; plain numbers alone take the float type of the condition, as they take that of any array.
auto chosen_type(array_pointers x) -> dtype {
  const auto chosen = x.subspan(1);
  const auto type = common_type(chosen);
  const bool are_numbers = std::all_of(chosen.begin(), chosen.end(), [](const array* a) { return a->is_number(); });
  return type == float64 && are_numbers && x[0]->type() == float32 ? float32 : type;
}

// What is asked of a condition survives no conversion: 1e-300 is not 0, but is as a float. So it becomes a truth value before its type
// could differ from that of the result.
class operands_of {
 public:
  operands_of(const operation& op, array_pointers x) : all_(x) {
    const auto& condition = *x[0];
    if (!op.kernels[0]->asks_first || condition.type() == boolean) return;
    if (condition.type() == chosen_type(x) && !condition.is_number()) return;
    truth_ = condition.cast(boolean);
    std::copy(x.begin(), x.end(), pointers_);
    pointers_[0] = &truth_;
    all_ = {pointers_, x.size()};
  }
  operator array_pointers() const { return all_; }

 private:
  array truth_;
  const array* pointers_[max_arity];
  array_pointers all_;
};

auto type_of(const operation& op, array_pointers x) -> dtype {
  const auto type = op.kernels[0]->asks_first ? chosen_type(x) : common_type(x);
  if (is_floating(type)) return type;
  return !op.kernels[0]->whole ? float64 : op.kernels[0]->chooses ? type : int64;
}

template <class T, int Arity>
auto value_of(const operation& op, array_pointers x, array& y) -> void {
  walk<T, Arity> w;
  for (int i = 0; i < Arity; ++i) w.set(i, *x[static_cast<std::size_t>(i)], y.shape());
  const auto kernel = kernels<T>(op).value;
  over<T, Arity>(y, w, [&](T* to, const T* const* from, index_t n) { kernel(to, from, n); });
}

template <class T>
auto vjp_kernel(const operation& op, int i, bool add) {
  const auto& loops = kernels<T>(op);
  return (add ? loops.vjp_add : loops.vjp)[i];
}

// out = g * d or out += g * d, in the shape of y.
template <class T, int Arity>
auto product_of(const operation& op, int i, array_pointers x, const array& y, const array& g, array& out, bool add) -> void {
  walk<T, Arity + 2> w;
  for (int k = 0; k < Arity; ++k) w.set(k, *x[static_cast<std::size_t>(k)], y.shape());
  w.set(Arity, y, y.shape());
  w.set(Arity + 1, g, y.shape());
  const auto kernel = vjp_kernel<T>(op, i, add);
  over<T, Arity + 2>(out, w, [&](T* to, const T* const* from, index_t n) { kernel(to, from[Arity + 1], from, from[Arity], n); });
}

template <class F>
auto with_arity(int arity, F f) -> void {
  if (arity == 1) f(std::integral_constant<int, 1>{});
  else if (arity == 2) f(std::integral_constant<int, 2>{});
  else f(std::integral_constant<int, 3>{});
}

auto product(const operation& op, int i, array_pointers given, const array& y, const array& g, array& out, bool add) -> void {
  const operands_of kept(op, given);
  const array_pointers x = kept;
  const array* all[max_arity + 2] = {&y, &g};
  std::copy(x.begin(), x.end(), all + 2);
  const auto at_once = [&]<class T>(const array&, const T* const* from) {
    vjp_kernel<T>(op, i, add)(static_cast<T*>(out.raw()), from[1], from + 2, from[0], y.size());
  };
  if (in_one_go({all, x.size() + 2}, at_once)) return;
  with_floating(y.type(), [&]<class T>(T) {
    with_arity(op.arity, [&](auto arity) { product_of<T, arity.value>(op, i, x, y, g, out, add); });
  });
}

template <class T>
auto add(T* to, const T* from, index_t n) -> void {
  vectorised([=] {
    for (index_t k = 0; k < n; ++k) to[k] += from[k];
  });
}

auto over_rows(const operation& op, array_pointers x, array& y) -> void {
  with_floating(y.type(), [&]<class T>(T) { with_arity(op.arity, [&](auto arity) { value_of<T, arity.value>(op, x, y); }); });
}

struct pointers_to {
  const array* at[max_arity];
  std::size_t count;
  explicit pointers_to(std::span<const array> x) : count(x.size()) {
    for (std::size_t i = 0; i < count; ++i) at[i] = &x[i];
  }
  operator array_pointers() const { return {at, count}; }
};

}  // namespace

auto constant_slope(const operation& op, int i) -> std::optional<double> {
  if (!op.kernels[0]->constant_slope[i]) return {};
  const double nothing[max_arity] = {};
  return op.partial(i, nothing, 0.0);
}

auto compute_pointwise(const operation& op, array_pointers given) -> array {
  if (const auto mask = op.kernels[0]->mask) return mask(given);
  const operands_of kept(op, given);
  const array_pointers x = kept;
  array quick;
  const auto at_once = [&]<class T>(const array& like, const T* const* from) {
    quick = array::uninitialized_like(like);
    kernels<T>(op).value(static_cast<T*>(quick.raw()), from, quick.size());
  };
  if (in_one_go(x, at_once)) return quick;
  const auto type = type_of(op, x);
  if (!is_floating(type)) return op.kernels[0]->whole(x, type);
  auto shape = x[0]->shape();
  for (std::size_t i = 1; i < x.size(); ++i) shape = broadcast(shape, x[i]->shape(), op.name);
  auto y = array::uninitialized(type, shape);
  over_rows(op, x, y);
  return y;
}

auto compute_pointwise_into(const operation& op, std::span<const array> given, array& y) -> void {
  if (!y.is_writable_in_place()) return void(y = compute_pointwise(op, given));
  if (!y.is_floating()) return copy_elements(y, compute_pointwise(op, given));
  const pointers_to all(given);
  const operands_of kept(op, all);
  const array_pointers x = kept;
  const auto at_once = [&]<class T>(const array&, const T* const* from) {
    kernels<T>(op).value(static_cast<T*>(y.raw()), from, y.size());
  };
  if (!in_one_go(x, at_once)) over_rows(op, x, y);
}

auto pointwise_result(const operation& op, std::span<const array> given) -> array {
  const pointers_to all(given);
  const array_pointers x = all;
  auto shape = x[0]->shape();
  for (std::size_t i = 1; i < x.size(); ++i) shape = broadcast(shape, x[i]->shape(), op.name);
  const bool is_mask = op.kernels[0]->mask != nullptr;
  return zeros({}, is_mask ? boolean : type_of(op, x)).expand(shape);
}

auto compute_pointwise(const operation& op, std::span<const array> x) -> array { return compute_pointwise(op, pointers_to(x)); }

auto hands_on(const operation& op, int i, const array& x, const array& g) -> bool {
  return op.kernels[0]->constant_slope[i] && x.type() == g.type() && !x.is_number() && x.shape() == g.shape() &&
         constant_slope(op, i) == 1;
}

auto jvp_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& tangent) -> array {
  auto out = array::uninitialized(y.type(), y.shape());
  product(op, i, pointers_to(x), y, tangent, out, false);
  return out;
}

auto vjp_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& g) -> array {
  return vjp_pointwise(op, i, pointers_to(x), y, g);
}

auto vjp_pointwise(const operation& op, int i, array_pointers x, const array& y, const array& g) -> array {
  const auto& operand = *x[static_cast<std::size_t>(i)];
  array p;
  if (const auto d = constant_slope(op, i)) {
    // Most sums hand the cotangent on as it is, and the arrays then share its memory.
    p = *d == 0 ? zeros(operand.shape(), g.type()) : sum_to(g, operand.shape());
    if (*d == -1) p = -p;
    else if (*d != 0 && *d != 1) p = strong_mul(p, array(*d));  // NaN where there is none
  } else {
    p = array::uninitialized_like(y);
    product(op, i, x, y, g, p, false);
    if (p.shape() != operand.shape()) p = sum_to(p, operand.shape());
  }
  return operand.is_number() || p.type() == operand.type() ? p : p.cast(operand.type());
}

auto vjp_pointwise_into(array& adjoint, const operation& op, int i, array_pointers x, const array& y, const array& g) -> void {
  const auto& operand = *x[static_cast<std::size_t>(i)];
  const bool in_one_pass = operand.shape() == y.shape() && adjoint.type() == y.type() && !op.kernels[0]->constant_slope[i];
  if (in_one_pass && adjoint.is_writable_in_place()) return product(op, i, x, y, g, adjoint, true);
  add_into(adjoint, vjp_pointwise(op, i, x, y, g));
}

auto vjp_pointwise_into(array& adjoint, const operation& op, int i, std::span<const array> x, const array& y, const array& g)
    -> void {
  vjp_pointwise_into(adjoint, op, i, pointers_to(x), y, g);
}

auto add_into(array& a, const array& b) -> void {
  if (!a.is_writable_in_place() || !a.is_floating() || a.type() != b.type() || a.shape() != b.shape()) {
    a = compute_pointwise(operation_of<add_op>(), std::array{a, b});
    return;
  }
  with_floating(a.type(), [&]<class T>(T) {
    if (b.is_contiguous() && a.size() <= numbers_worth_threads) {
      return add(static_cast<T*>(a.raw()), static_cast<const T*>(b.raw()), a.size());
    }
    walk<T, 1> w;
    w.set(0, b, a.shape());
    over<T, 1>(a, w, [](T* to, const T* const* from, index_t n) { add(to, from[0], n); });
  });
}

}  // namespace seegrad::detail
