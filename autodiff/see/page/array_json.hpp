#pragma once
// An array as a page has it.

#include <autodiff/array/array.hpp>
#include <nlohmann/json_fwd.hpp>

namespace seegrad::see {

using json = nlohmann::ordered_json;

/// JSON has no NaN and no infinity: these are words.
auto number_json(double x) -> json;
/// Type, shape, what facts_of says, how the elements spread, and the elements themselves if they are few.
auto array_json(const array& x) -> json;

}  // namespace seegrad::see
