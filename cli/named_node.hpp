#pragma once
// A node that an argument names.

#include <string_view>

#include "language/recording.hpp"

namespace seegrad::cli {

/// Throws a complaint if there is no such name, with one that is like it, or it is a constant.
auto named_node(std::string_view name, const recording& r) -> scalar;

}  // namespace seegrad::cli
