#pragma once
// The handle to an array in the graph. It has the functions and operators of `scalar`, element by element, and those on whole arrays.
//
//   graph g;
//   tensor W = input(array{{1.0, 2.0}, {3.0, 4.0}}, "W"), x = array{5.0, 6.0};   // x is a constant: it gets no gradient
//   scalar a = input(2.0, "a");
//   tensor y = tanh(a * matmul(W, x));       // scalars, numbers, arrays and tensors mix
//   backward(sum(y));
//   array dW = grad(W);                      // has the shape of W
//   double da = grad(a);
//
// A handle is 16 bytes: a pointer to the array and the node. A tensor without a node is a constant, such as a batch of data. A
// scalar where a tensor is wanted is a tensor of shape []; item() goes the other way.

#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/trace/traced.hpp>
#include <string_view>

namespace seegrad {

/// The handle to an array: `tensor`.
template <>
class traced<array> {
 public:
  traced() = default;
  /// Data: a constant, which has no node until it meets a recorded value.
  traced(array value) : value_(std::move(value)) {}
  traced(arithmetic auto x) : value_(x) {}
  traced(std::initializer_list<nested> list) : value_(list) {}
  traced(const scalar& x) : value_(x.value()), ref_(x.ref()) {}
  traced(array value, node_ref ref) : value_(std::move(value)), ref_(ref) {}

  /// The array.
  auto value() const -> const array& { return value_; }
  /// Which node; 0 for a constant.
  auto ref() const -> node_ref { return ref_; }
  /// No node stands behind it: data, the result of constants, or of detach().
  auto is_constant() const -> bool { return ref_ == 0; }

  /// That of the array, as array::shape.
  auto shape() const -> const dims& { return value_.shape(); }
  /// How many axes.
  auto rank() const -> int { return value_.rank(); }
  /// How many elements.
  auto size() const -> index_t { return value_.size(); }
  /// Of one axis; negative ones count from the last. Throws if there is no such axis.
  auto extent(index_t axis) const -> index_t { return value_.extent(axis); }
  /// The type of the elements.
  auto type() const -> dtype { return value_.type(); }
  /// One element, read: a guard where the graph keeps them.
  template <std::integral... I>
  auto at(I... i) const -> double {
    const auto answer = value_.at(i...);
    if (ref_ & detail::guard_bit) [[unlikely]]
      note_element({static_cast<index_t>(i)...}, answer);
    return answer;
  }
  /// Recorded: a row, x[-1] the last one; and an element, x[{i, j}]. Both are of ops/shape/slicing.hpp.
  auto operator[](index_t row) const -> traced;
  auto operator[](const dims& element) const -> scalar;
  /// Whether the only element is not 0, as of any(x > 0): the program's own branch. Throws for more or fewer elements.
  explicit operator bool() const;

 private:
  auto note_element(const dims& index, double answer) const -> void;

  array value_;
  node_ref ref_ = 0;
};
static_assert(sizeof(tensor) <= 16);

// clang-format off
template <> struct meeting<array, tensor> { using type = tensor; };
template <> struct meeting<tensor, array> { using type = tensor; };
template <> struct meeting<scalar, tensor> { using type = tensor; };
template <> struct meeting<tensor, scalar> { using type = tensor; };
template <> struct meeting<scalar, array> { using type = tensor; };
template <> struct meeting<array, scalar> { using type = tensor; };
// clang-format on

/// An array, or one that is traced.
template <class T>
concept array_like = std::same_as<T, array> || std::same_as<T, tensor>;

namespace detail {
auto record_pointwise(const operation& op, std::initializer_list<const tensor*> x) -> tensor;
}  // namespace detail

template <>
struct lift<tensor> {
  static constexpr bool is_array = true;
  template <class Op, class... A>
  static auto apply(const A&... a) -> tensor {
    return record(operation_of<Op>(), a...);
  }

 private:
  template <class... A>
  static auto record(const operation& op, const A&... a) -> tensor {
    return on(op, as_tensor(a)...);
  }
  template <std::same_as<tensor>... T>
  [[gnu::noinline]] static auto on(const operation& op, const T&... a) -> tensor {
    return detail::record_pointwise(op, {&a...});
  }
  static auto as_tensor(const tensor& x) -> const tensor& { return x; }
  template <class A>
  static auto as_tensor(const A& x) -> tensor {
    if constexpr (!std::convertible_to<A, tensor>) return static_cast<scalar>(x);
    else return x;
  }
};

/// A new input of the active graph. Whole numbers and truth values become float64. Throws if there is no graph.
auto input(const array& value) -> tensor;
/// As above, with a name.
auto input(const array& value, std::string_view name) -> tensor;
/// Gives the node behind x a name, and returns x; a constant goes through as it is.
auto named(const tensor& x, std::string_view name) -> tensor;
/// The value without its history: gradients stop here. A guard where the graph keeps them, as a program holds the numbers that they were.
inline auto detach(const tensor& x, source_place at = source_place::current()) -> tensor {
  if (x.ref() & detail::guard_bit) [[unlikely]]
    detail::note_detached(x.ref(), x.value(), at);
  return x.value();
}

namespace detail {
/// A handle to node `k` of the active graph as a tensor; a scalar node becomes one of shape [].
auto tensor_handle(node_id k) -> tensor;
}  // namespace detail

}  // namespace seegrad
