#pragma once
// All rows in one number.

#include "row.hpp"

namespace bench {

struct summary {
  std::string_view library;  // one of seegrad's
  double mean;               // geometric, of its ratios to the best peer of each row
  std::size_t ahead;         // rows in which it takes no longer than that
};

// One for each of seegrad's ways; none when no peer takes part.
auto summaries(std::span<const row> rows) -> std::vector<summary>;

}  // namespace bench
