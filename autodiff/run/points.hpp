#pragma once
// What a program is run with.

#include <span>

namespace seegrad::run {

/// Points one behind the other, each with all its numbers; null spans where there is nothing to read or to write.
struct points {
  std::span<const double> inputs, seeds;  ///< seeds: one for each result, the same at every point
  std::span<double> results, slopes;
  std::size_t count = 0;
};

}  // namespace seegrad::run
