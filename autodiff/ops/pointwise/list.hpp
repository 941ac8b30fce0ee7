#pragma once
// The list of operations: what drives the reverse sweep, the tests, the documentation and the command line.

#include <autodiff/graph/node.hpp>
#include <autodiff/ops/pointwise/activation.hpp>
#include <autodiff/ops/pointwise/comparison.hpp>

namespace seegrad {

namespace detail {
using all_lists = joined<arithmetic_operations, exponential_operations, trigonometric_operations, hyperbolic_operations,
                         special_operations, comparison_operations, piecewise_operations, activation_operations>;
}  // namespace detail

/// Those of the library on numbers.
using all_operations = detail::all_lists::type;

namespace detail {

template <class Op, class List>
inline constexpr bool contains = false;
template <class Op, class... Ops>
inline constexpr bool contains<Op, operation_list<Ops...>> = (std::same_as<Op, Ops> || ...);

constexpr auto codes_of(int arity) -> unsigned { return arity == 2 ? 3 : 1; }

template <class Op, class... Ops>
constexpr auto code_in(operation_list<Ops...>) -> unsigned {
  unsigned at = code::first_operation;
  bool found = false;
  ((found = found || std::same_as<Op, Ops>, at += found ? 0 : codes_of(Ops::arity)), ...);
  return at;
}

/// The record's code for `Op` with all operands active; code::extended for an operation outside the list.
template <class Op>
inline constexpr unsigned code_of = detail::contains<Op, all_operations> ? detail::code_in<Op>(all_operations{}) : code::extended;

/// One past the last code in use.
inline constexpr unsigned code_end = detail::code_in<void>(all_operations{});
}  // namespace detail

static_assert(detail::code_end <= detail::code::tabled);

}  // namespace seegrad
