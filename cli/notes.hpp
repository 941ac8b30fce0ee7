#pragma once
// Where a number that is not finite comes from.

#include <string>
#include <vector>

#include "language/recording.hpp"

namespace seegrad::cli {

/// One sentence on the first value that is not finite, one on the first derivative; after backward().
auto notes_on(const recording& r, int digits) -> std::vector<std::string>;

/// A node as it is written: "3 * (a + b*c)", "max(a, 2)", "input".
auto written_out(const recording& r, node_id k, int digits) -> std::string;

}  // namespace seegrad::cli
