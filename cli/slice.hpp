#pragma once
// Which nodes a picture shows, where the command line asks for part of the graph.

#include <vector>

#include "result.hpp"

namespace seegrad::cli {

/// What --between, --around and --why ask for, together; empty if none is given: all. Throws a wrong_argument about a name that is none, and an error if no
/// way leads from the first name of --between to the second.
auto slice_of(const result& x, const options& o) -> std::vector<node_id>;

}  // namespace seegrad::cli
