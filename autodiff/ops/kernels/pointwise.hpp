#pragma once
// Operations on numbers, done to arrays element by element.
//
//   array x{{1.0, 2.0}, {3.0, 4.0}}, b{10.0, 20.0};
//   array y = tanh(x) + b;                 // b is repeated to the shape of x, as in numpy
//   array m = select(x > 2, x, 0.0);
//
// Every operation of the list (docs/operations.md) takes arrays, from the same paragraph that numbers use. Shapes are matched by
// numpy's broadcasting, and types as in numpy (common_type.hpp): float32 with float64 makes float64; a plain number, or a scalar, takes the
// type of the array it meets. Sums, products, choices and their like of whole numbers are int64 and wrap around; whatever else is
// computed of whole numbers and truth values, quotients too, is float64.

#include <autodiff/array/array.hpp>
#include <autodiff/ops/pointwise/library.hpp>
#include <optional>
#include <span>

namespace seegrad::detail {

using array_pointers = std::span<const array* const>;

/// The result of an operation, element by element. Throws if the shapes do not match.
auto compute_pointwise(const operation& op, array_pointers x) -> array;
auto compute_pointwise(const operation& op, std::span<const array> x) -> array;
/// The same into the memory of `y`, which has the shape and type of the result; into new memory if anything shares that.
auto compute_pointwise_into(const operation& op, std::span<const array> x, array& y) -> void;
/// Its shape and type, as one number that is repeated to the shape; nothing is computed.
auto pointwise_result(const operation& op, std::span<const array> x) -> array;
/// The derivative by operand `i`, if it is one number whatever the operands.
auto constant_slope(const operation& op, int i) -> std::optional<double>;
/// Whether operand `i` gets the cotangent as it is: the derivative is 1 and nothing was repeated or converted.
auto hands_on(const operation& op, int i, const array& x, const array& g) -> bool;
/// What operand `i` gets of the cotangent `g` of the result `y`: g * d, summed over the axes along which x[i] was repeated. Has the shape
/// and type of x[i].
auto vjp_pointwise(const operation& op, int i, array_pointers x, const array& y, const array& g) -> array;
auto vjp_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& g) -> array;
/// The same, added to `adjoint`, in place if nothing shares it.
auto vjp_pointwise_into(array& adjoint, const operation& op, int i, array_pointers x, const array& y, const array& g) -> void;
auto vjp_pointwise_into(array& adjoint, const operation& op, int i, std::span<const array> x, const array& y, const array& g)
    -> void;
/// Value and vjp prepared (graph/prepared.hpp), for contiguous arrays of one shape and type, and plain numbers among them.
auto prepare_pointwise(const operation& op, const prepared_for& f) -> prepared;
auto prepare_vjp_pointwise(const operation& op, int i, const prepared_for& f, bool add) -> prepared;
/// The change of the result when operand `i` changes by `tangent`.
auto jvp_pointwise(const operation& op, int i, std::span<const array> x, const array& y, const array& tangent) -> array;
/// a += b for equal shapes, in place if nothing shares it.
auto add_into(array& a, const array& b) -> void;

}  // namespace seegrad::detail

namespace seegrad {

template <>
struct lift<array> {
  static constexpr bool is_array = true;
  template <class Op, class... A>
  static auto apply(const A&... a) -> array {
    const array x[] = {array(a)...};
    return detail::compute_pointwise(operation_of<Op>(), x);
  }
};

}  // namespace seegrad
