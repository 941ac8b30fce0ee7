#pragma once
// Work in a process of its own. What one kernel leaves behind in a library must not cost the next one: ADOL-C, for example,
// writes down all the numbers it ever had room for whenever a trace starts, so that a kernel with a million inputs would make
// every later one hundreds of times slower.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace bench {

// Calls f in a child process with a span of this many zeros, and returns what f left there. Throws when the child dies.
auto isolated(std::size_t size, const std::function<void(std::span<double>)>& f) -> std::vector<double>;

}  // namespace bench
