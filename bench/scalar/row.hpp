#pragma once
// One row of the table: everything that was measured for one kernel.

#include "facts.hpp"

#include <string_view>
#include <vector>

namespace bench {

struct column {
  std::string_view library, variant;
  std::vector<double> seconds;  // a run, one figure a round
  double bytes;                 // of record an operation, 0 where unknown
  bool upper_halves;            // of the vector registers left in use after a run
};

// seegrad may take part in several ways, each a library of its own to the table.
inline auto is_ours(std::string_view library) -> bool { return library.starts_with("seegrad"); }

struct row {
  const facts* kernel;
  std::vector<column> columns;

  // The names of the libraries, and of seegrad's ways among them, in their order.
  auto libraries() const -> std::vector<std::string_view>;
  auto ours() const -> std::vector<std::string_view>;

  // What is known of a library in its fastest variant here; null when it does not take part.
  auto find(std::string_view library) const -> const column*;

  // The fastest of the libraries that differentiate and are not seegrad; empty when there is none.
  auto best_peer() const -> std::string_view;

  // The median, in nanoseconds an operation; not a number when the library does not take part.
  auto nanoseconds(std::string_view library) const -> double;

  // The median of the quotients of each round. Both figures of a round were taken within a fraction of a second, so this is
  // steadier than the quotient of the medians when the machine has other things to do.
  auto ratio(std::string_view library, std::string_view to) const -> double;
};

// Measures kernel number k in a process of its own.
auto make_row(std::size_t k, int rounds) -> row;

}  // namespace bench
