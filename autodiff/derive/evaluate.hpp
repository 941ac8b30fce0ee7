#pragma once
// What a node does: its value, what its operands get of a cotangent, how it changes along a direction.
//
//   const node_of_numbers n(g, k);                     // a node among scalars, at the recorded values
//   n.each_vjp(3.0, [](node_id o, double c) { … });    // what each operand gets of an adjoint of 3
//   const node_of_arrays now(g, k, [&](node_id o) { return values[o]; });   // any node, at other values
//   array y = now.value();
//
// This is the one place that gathers the operands of a node, and that knows how an operation on numbers and one on arrays are asked.
// The loops over scalars in sweep.cpp and over small arrays in tensor_step.cpp are the same, instantiated for speed.

#include <autodiff/array/few.hpp>
#include <autodiff/graph/graph.hpp>
#include <autodiff/trace/tensor.hpp>
#include <memory>
#include <span>

namespace seegrad::detail {

/// A node whose operands and result are scalars.
class node_of_numbers {
 public:
  node_of_numbers(const graph& g, node_id k) : node_of_numbers(g, k, [&](node_id o) { return g.value(o); }) {}
  /// With the operands `value_of(node)`; derivatives need `set_result` then.
  template <class ValueOf>
  node_of_numbers(const graph& g, node_id k, ValueOf value_of) : g_(g), op_(*g.op(k)), operands_(g.operands(k)), y_(g.value(k)) {
    for (int i = 0; i < op_.arity; ++i) x_[i] = value_of(operands_[i]);
  }
  auto set_result(double y) -> void { y_ = y; }

  auto value() const -> double { return op_.value(x_); }
  auto partial(int i) const -> double { return op_.partial(i, x_, y_); }
  auto vjp(int i, double cotangent) const -> double { return strong_mul(cotangent, partial(i)); }
  /// f(operand, what it gets), for each operand that is not constant.
  template <class F>
  auto each_vjp(double cotangent, F f) const -> void {
    for (int i = 0; i < op_.arity; ++i)
      if (!g_.is_constant(operands_[i])) f(operands_[i], vjp(i, cotangent));
  }
  template <class TangentOf>
  auto jvp(TangentOf tangent_of) const -> double {
    double t = 0;
    for (int i = 0; i < op_.arity; ++i)
      if (const double d = tangent_of(operands_[i]); d != 0) t += vjp(i, d);
    return t;
  }

 private:
  const graph& g_;
  const operation& op_;
  operand_list operands_;
  double x_[max_arity], y_;
};

/// Any node, with numbers as arrays of shape [].
class node_of_arrays {
 public:
  node_of_arrays(const graph& g, node_id k) : node_of_arrays(g, k, [&](node_id o) { return g.array_value(o); }) {}
  /// With the operands `value_of(node)`, or x.
  template <std::invocable<node_id> ValueOf>
  node_of_arrays(const graph& g, node_id k, ValueOf value_of)
      : g_(g), k_(k), operands_(g.operands(k)), x_(static_cast<std::size_t>(operands_.size())) {
    for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = value_of(operands_[static_cast<int>(i)]);
  }
  node_of_arrays(const graph& g, node_id k, std::span<const array> x)
      : node_of_arrays(g, k, [&, i = 0u](node_id) mutable { return x[i++]; }) {}

  auto operands() const -> const operand_list& { return operands_; }
  auto value() const -> array;
  /// The same into the memory of `y`, which has the shape and type of the result; into new memory if anything shares that.
  auto value_into(array& y) const -> void;
  /// What operand `i` gets of the cotangent of the result `y`, in its own type.
  auto vjp(int i, const array& y, const array& cotangent) const -> array;
  auto vjp_into(array& adjoint, int i, const array& y, const array& cotangent) const -> void;
  /// f(slot, operand, what it gets), for each operand that has a derivative.
  template <class F>
  auto each_vjp(const array& y, const array& cotangent, F f) const -> void {
    for (int i = 0; i < operands_.size(); ++i)
      if (g_.is_differentiable(operands_[i])) f(i, operands_[i], vjp(i, y, cotangent));
  }
  /// The change of the result when operand `i` changes by `tangent`.
  auto jvp(int i, const array& y, const array& tangent) const -> array;

 private:
  auto numbers(const array& y) const -> node_of_numbers;

  const graph& g_;
  node_id k_;
  operand_list operands_;
  few<array> x_;
};

/// The product of a cotangent and a slope, as a rule passes it on: an exact 0 wins, and factors of 0, 1 and -1 are not recorded. A factor
/// without a node is a number of the paragraph's text or of the seed, the same wherever the record is run again.
auto recorded_times(const scalar& a, const scalar& b) -> scalar;

/// A node of the active graph as handles, so that what is computed with it is recorded: T is scalar for a node among scalars, else tensor.
/// Recording may move the graph's table of operands, so they are copied out.
template <class T>
class recorded_node {
 public:
  recorded_node(const graph& g, node_id k);
  auto operands() const -> std::span<const node_id> { return operands_; }
  /// What operand `i` gets of the cotangent. Where that is 0 whatever the values, a scalar without a node, or a tensor without elements.
  auto vjp(std::size_t i, const T& cotangent) const -> T;

 private:
  const operation& op_;
  std::shared_ptr<const void> parameters_;
  few<node_id> operands_;
  few<T> x_;
  T y_;
};

}  // namespace seegrad::detail
