#pragma once
// One row of the table: everything that was measured for one kernel.

#include "facts.hpp"

#include <string_view>
#include <vector>

namespace bench {

struct column {
  std::string_view library;
  std::vector<double> seconds;  // a run, one figure a round
  double bytes;                 // of record an operation, 0 where unknown
  bool upper_halves;            // of the vector registers left in use after a run
};

struct row {
  const facts* kernel;
  std::vector<column> columns;

  // The median, in nanoseconds an operation; not a number when the library does not take part.
  auto nanoseconds(std::string_view library) const -> double;

  // The median of the quotients of each round. Both figures of a round were taken within a fraction of a second, so this is
  // steadier than the quotient of the medians when the machine has other things to do.
  auto ratio(std::string_view library, std::string_view to) const -> double;

  auto find(std::string_view library) const -> const column*;
};

// Measures kernel number k in a process of its own.
auto make_row(std::size_t k, int rounds) -> row;

}  // namespace bench
