#pragma once
// Memory that runs out in a sweep is an error that says so, and leaves the graph as it is.

#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <new>
#include <string_view>

namespace seegrad::detail {

/// take(), whose std::bad_alloc becomes an error that names the function which was called and for how many nodes it was.
template <class F>
auto or_no_memory(std::string_view who, std::size_t nodes, F take) -> void {
  try {
    take();
  } catch (const std::bad_alloc&) {
    throw error(
        fmt::format("{}: there is no memory for a derivative by {} nodes; rewind the graph between steps, or give the "
                    "program more memory",
                    who, nodes));
  }
}

}  // namespace seegrad::detail
