#pragma once
// A parsed text: for each statement, the steps that compute it, operands before the operation that uses them.
//
//   J = 3*(a + b)     gives the steps   3  a  b  add  mul   and the name J
//
// There is no tree, so no pass over a program recurses, and no depth of brackets is a special case.

#include <autodiff/graph/operation.hpp>
#include <string_view>
#include <variant>
#include <vector>

#include "complaint.hpp"

namespace seegrad::cli {

/// Position in program::names.
enum class name_index : std::uint32_t {};

struct step {
  std::variant<double, name_index, const operation*> what;
  place text;  ///< the subexpression it completes, without brackets around it
};

struct statement {
  std::string_view name;  ///< empty if it has none; only the last may
  place name_at, text;
  std::size_t first_step, last_step;  ///< from first_step to before last_step
};

struct program {
  std::string_view text;
  std::vector<step> steps;
  std::vector<statement> statements;
  std::vector<std::string_view> names;  ///< each name that is read, once
};

}  // namespace seegrad::cli
