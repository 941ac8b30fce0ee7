#pragma once
// Running the steps of one statement.
//
//   auto y = evaluate(p, p.statements.back(), value_of, made);
//
// Every operation goes through its entry in the library's table, so that whatever is on the list of operations can be
// written by name.
// Constants meet no graph: 2^3 is computed, and recorded nowhere.

#include <autodiff/trace/traced.hpp>

#include "program.hpp"

namespace seegrad::cli {

/// `value_of(name_index, place)` gives the value of a name, or throws; `made(step, operands, result)` sees each operation
/// after it was
/// done.
template <class ValueOf, class Made>
auto evaluate(const program& p, const statement& s, ValueOf value_of, Made made) -> scalar {
  std::vector<scalar> stack;
  for (auto i = s.first_step; i < s.last_step; ++i) {
    const auto& now = p.steps[i];
    if (const auto* number = std::get_if<double>(&now.what)) {
      stack.emplace_back(*number);
    } else if (const auto* name = std::get_if<name_index>(&now.what)) {
      stack.push_back(value_of(*name, now.text));
    } else {
      const auto* op = std::get<const operation*>(now.what);
      const auto first = stack.size() - static_cast<std::size_t>(op->arity);
      scalar y;
      op->record(stack.data() + first, y);
      made(now, std::span<const scalar>(stack).subspan(first), y);
      stack.resize(first);
      stack.push_back(y);
    }
  }
  return stack.back();
}

/// pi, π, e, inf and nan; nullptr for any other name.
auto find_constant(std::string_view name) -> const double*;

}  // namespace seegrad::cli
