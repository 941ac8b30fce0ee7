#pragma once
// A work timed: in processes of their own, so that what one library or work leaves behind does not meet the next. The first time a
// process does it, the operating system has yet to give the memory; libraries keep it for later times.

#include "enrolled.hpp"

namespace bench {

struct timing {
  std::string_view library;
  std::vector<double> first, later;  // seconds, one figure a round
  std::vector<double> result;        // the numbers that the work gives, of which at most a few ten thousand are kept
};

auto timings(std::size_t work, int rounds) -> std::vector<timing>;

// The median of the quotients of each round.
auto ratio(const std::vector<double>& above, const std::vector<double>& below) -> double;

// Whether both give the same numbers, to 1e-9 of their length.
auto agree(const timing& a, const timing& b) -> bool;

}  // namespace bench
