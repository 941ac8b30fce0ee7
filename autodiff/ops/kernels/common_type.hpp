#pragma once
// The type in which an operation on several arrays happens, as in numpy: bool < int64 < float32 < float64, but int64 with float32 makes
// float64. A plain number takes the type of the arrays it meets, where it is of the same kind or a lower one.

#include <algorithm>
#include <autodiff/array/array.hpp>
#include <span>

namespace seegrad::detail {

inline auto common_type(std::span<const array* const> x) -> dtype {
  bool any_single = false, any_double = false, any_whole = false, any_array = false;
  auto number = boolean;
  for (const auto* a : x) {
    if (a->is_number()) {
      number = std::max(number, a->type());
      continue;
    }
    any_array = true;
    any_single |= a->type() == float32, any_double |= a->type() == float64, any_whole |= a->type() == int64;
  }
  if (any_double || (any_single && any_whole)) return float64;
  if (any_single) return float32;
  if (!any_array) return number;
  return std::max(any_whole ? int64 : boolean, number);
}

}  // namespace seegrad::detail
