#pragma once
// No figure is printed for a library that computes something else. This compares values and gradients of all libraries.

#include <cstddef>
#include <string>

namespace bench {

// An empty text when all libraries agree on kernel number k; otherwise who differs, and by how much.
auto disagreement(std::size_t k) -> std::string;

}  // namespace bench
