#pragma once
// A second number type for the same record: its operators return expressions, and a whole statement is recorded and swept at once.
//
//   #include <autodiff/fused.hpp>
//
//   graph g;
//   fused::scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
//   fused::scalar J = 3 * (a + b * c);        // four nodes, as with scalar; one step of the reverse sweep
//   backward(J);
//   grad(a);
//
// Nodes, names, pictures and checks are those of `scalar`, to which it converts in both directions at no cost. Take it for numerical code
// that records a lot, written for a type `T` with its variables declared: `T u = b * c;`. Take `scalar` where types are deduced: the
// result of `b * c` is a scalar there and an expression here, which matters to templates that deduce the type of `x * x`, such as
// std::max or Eigen. `auto u = b * c` is right with both.

#include <autodiff/trace/expression.hpp>
#include <tuple>

namespace seegrad::fused {

/// The number type: what is assigned to it is recorded as one statement.
class scalar : public seegrad::scalar {
 public:
  constexpr scalar() = default;
  /// A constant, a handle of the other number type, or a statement, which is recorded here.
  constexpr scalar(arithmetic auto x) : seegrad::scalar(x) {}
  constexpr scalar(const seegrad::scalar& x) : seegrad::scalar(x) {}
  [[gnu::always_inline]] scalar(const is_expression auto& e) : seegrad::scalar(e.value(), e.ref()) {}
};
static_assert(sizeof(scalar) == 16 && std::is_trivially_copyable_v<scalar>);

/// What has a value and a node, or will have one.
template <class T>
concept number = is_expression<T> || std::same_as<T, scalar>;

// clang-format off
/// By value; the answer is a guard where the graph keeps them.
template <class A, class B> requires operands<A, B> && (is_expression<A> || is_expression<B>)
auto operator==(const A& a, const B& b) -> bool { return seegrad::scalar(a) == seegrad::scalar(b); }
template <class A, class B> requires operands<A, B> && (is_expression<A> || is_expression<B>)
auto operator<(const A& a, const B& b) -> bool { return seegrad::scalar(a) < seegrad::scalar(b); }
template <class A, class B> requires operands<A, B> && (is_expression<A> || is_expression<B>)
auto operator>(const A& a, const B& b) -> bool { return seegrad::scalar(a) > seegrad::scalar(b); }
template <class A, class B> requires operands<A, B> && (is_expression<A> || is_expression<B>)
auto operator<=(const A& a, const B& b) -> bool { return seegrad::scalar(a) <= seegrad::scalar(b); }
template <class A, class B> requires operands<A, B> && (is_expression<A> || is_expression<B>)
auto operator>=(const A& a, const B& b) -> bool { return seegrad::scalar(a) >= seegrad::scalar(b); }
// clang-format on

namespace detail {

[[gnu::always_inline]] inline auto held_as(arithmetic auto x) -> literal { return {static_cast<double>(x)}; }
[[gnu::always_inline]] inline auto held_as(const seegrad::scalar& x) -> leaf { return {x.value(), x.ref()}; }
template <is_expression E>
[[gnu::always_inline]] inline auto held_as(const E& named) -> leaf {
  return {named.value(), named.ref()};
}
template <class E>
  requires is_expression<E> && (!std::is_const_v<E>)
[[gnu::always_inline]] inline auto held_as(E&& temporary) -> E {
  return static_cast<E&&>(temporary);
}

template <class A>
using held_type = decltype(held_as(std::declval<A>()));

template <class Op, class... A>
constexpr auto fits() -> bool {
  return seegrad::detail::code_of<Op> != seegrad::detail::code::extended && Op::arity <= 2 &&
         (1 + ... + held_type<A>::nodes) <= seegrad::detail::most_nodes_of_statement;
}

}  // namespace detail

}  // namespace seegrad::fused

namespace seegrad {

template <fused::number T>
struct lift<T> {
  template <class Op, class... A>
  [[gnu::always_inline]] static auto apply(A&&... a) {
    using namespace fused::detail;
    if constexpr (fits<Op, A&&...>()) return fused::expression<Op, held_type<A&&>...>{held_as(static_cast<A&&>(a))...};
    else return of_recorded<Op>(std::index_sequence_for<A...>{}, std::forward_as_tuple(a...));
  }

 private:
  // For three operands, an operation of a user's own, a very long statement. They are recorded in the order in which handles are.
  template <class Op, std::size_t... I, class Tuple>
  static auto of_recorded(std::index_sequence<I...>, const Tuple& a) -> fused::scalar {
    constexpr auto last = sizeof...(I) - 1;
    std::tuple<decltype(recorded(std::get<I>(a)))...> operands;
    ((std::get < fused::from_the_right ? last - I
                                       : I > (operands) = recorded(std::get < fused::from_the_right ? last - I : I > (a))),
     ...);
    return std::apply([](const auto&... x) { return seegrad::apply<Op>(x...); }, operands);
  }
  static auto recorded(arithmetic auto x) { return x; }
  static auto recorded(const scalar& x) { return x; }
};

// clang-format off
template <fused::number A, fused::number B> requires(!std::same_as<A, B>) struct meeting<A, B> { using type = fused::scalar; };
template <fused::number A> struct meeting<A, scalar> { using type = fused::scalar; };
template <fused::number B> struct meeting<scalar, B> { using type = fused::scalar; };
template <fused::number A> struct meeting<A, tensor> { using type = tensor; };
template <fused::number B> struct meeting<tensor, B> { using type = tensor; };
template <fused::number A> struct meeting<A, array> { using type = tensor; };
template <fused::number B> struct meeting<array, B> { using type = tensor; };
// clang-format on

}  // namespace seegrad
