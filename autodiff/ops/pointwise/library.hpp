#pragma once
// From a paragraph to what the record keeps of it: the entry in the library's table, or in a table of the user's own.

#include <autodiff/graph/operation.hpp>
#include <autodiff/ops/pointwise/list.hpp>

namespace seegrad {

namespace detail {
/// A user's operation is made into a table entry by ops/table/make_operation.hpp; the library's own stand in the library.
template <class Op>
struct operation_table;

struct library_table {
  operation entry[all_operations::size];
};
extern const library_table library;  // ops/table/table.cpp
template <class Op, class... Ops>
constexpr auto index_in(operation_list<Ops...>) -> int {
  int at = 0;
  bool found = false;
  ((found = found || std::same_as<Op, Ops>, at += found ? 0 : 1), ...);
  return at;
}
}  // namespace detail

/// What the record keeps of `Op`.
template <class Op>
[[gnu::always_inline]] inline auto operation_of() -> const operation& {
  if constexpr (detail::code_of<Op> != detail::code::extended)
    return detail::library.entry[detail::index_in<Op>(all_operations{})];
  else return detail::operation_table<Op>::entry;
}

}  // namespace seegrad
