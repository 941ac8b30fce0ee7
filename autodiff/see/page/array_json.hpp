#pragma once
// An array as a page has it.

#include <autodiff/array/array.hpp>
#include <nlohmann/json_fwd.hpp>

namespace seegrad::detail::see {

using json = nlohmann::ordered_json;

/// All elements of arrays of at most so many.
inline constexpr index_t most_elements = 256;

/// JSON has no NaN and no infinity: these are words.
auto number_json(double x) -> json;
/// Type, shape, what facts_of says, how the elements spread, and the elements themselves if they are at most so many.
auto array_json(const array& x, index_t most = most_elements) -> json;
/// The same in short, for there are many: without type and shape, which do not change, without what is 0, and seven digits of statistics.
auto brief_json(const array& x, index_t most) -> json;
/// What the drawing says of a large array, to be written into it: "bars", how many are negative and then the counts, and "cells" of a matrix, each in
/// hundredths of the largest.
auto put_drawn(json& out, const array& x) -> void;

}  // namespace seegrad::detail::see
