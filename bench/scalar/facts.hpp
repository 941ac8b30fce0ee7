#pragma once
// What is known of a kernel without timing it.

#include <cstddef>
#include <span>
#include <string_view>

namespace bench {

struct facts {
  std::string_view name;
  double goal;  // see kernels.hpp
  std::span<const double> inputs;
  std::size_t operations;  // counted by running the kernel
  auto (*value)(std::span<const double> x) -> double;
};

// The facts of all kernels, in the order of the table.
auto all_facts() -> std::span<const facts>;

}  // namespace bench
