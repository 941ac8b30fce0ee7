#pragma once
// From the code in a node to its operation, at compile time: what loops over scalars are unrolled with.

#include <array>
#include <autodiff/ops/pointwise/list.hpp>
#include <tuple>
#include <utility>

namespace seegrad::detail {

template <class Op, unsigned Activity>
struct coded {};
template <class Op>
constexpr auto variants() {
  if constexpr (Op::arity == 2) return std::tuple<coded<Op, 0>, coded<Op, 1>, coded<Op, 2>>{};
  else return std::tuple<coded<Op, 0>>{};
}
template <class... Ops>
constexpr auto all_variants(operation_list<Ops...>) {
  return std::tuple_cat(variants<Ops>()...);
}
using codes = decltype(all_variants(all_operations{}));
static_assert(std::tuple_size_v<codes> == code_end - code::first_operation);

template <class F, unsigned... C>
[[gnu::always_inline]] inline auto by_code(unsigned code, F f, std::integer_sequence<unsigned, C...>) -> bool {
  // A chain of comparisons with consecutive constants, which both gcc and clang compile to one jump table.
  const auto c = code - code::first_operation;
  return ((c == C ? (f(std::tuple_element_t<C, codes>{}), true) : false) || ...);
}
/// f(coded<Op, Activity>{}); false if the code is not that of an operation on numbers of the library.
template <class F>
[[gnu::always_inline]] inline auto by_code(unsigned code, F f) -> bool {
  return by_code(code, f, std::make_integer_sequence<unsigned, std::tuple_size_v<codes>>{});
}

/// How many operands stand in the node itself; 0 for leaves and for operations that keep theirs in a table.
inline constexpr auto operands_in_node = [] {
  std::array<unsigned char, 256> at{};
  unsigned code = code::first_operation;
  const auto put = [&]<class Op>(operation_list<Op>) {
    for (unsigned i = 0; i < codes_of(Op::arity); ++i) at[code++] = Op::arity <= 2 ? Op::arity : 0;
  };
  [&]<class... Ops>(operation_list<Ops...>) { (put(operation_list<Ops>{}), ...); }(all_operations{});
  return at;
}();

}  // namespace seegrad::detail
