#pragma once
// What a caller may ask of a check.

#include <cstdint>
#include <string>
#include <vector>

namespace seegrad {

struct check_options {
  /// Differences below this fraction of the derivative pass, and a measurement worse than it is NOISY. Everything else about
  /// tolerance comes from the measurement: its error estimate, and the round-off of the values.
  double tolerance = 1e-6;
  std::size_t worst = 10;             ///< rows of the table; passes are reported up to this number
  std::size_t max_nodes = 1'000'000;  ///< of more operations than this, an even sample is checked
  std::size_t effort = 20'000'000;    ///< operations to spend on replays for the whole gradient
  bool whole = true;                  ///< check the whole gradient too, not only each operation
  bool second_order = false;          ///< check Hessian-vector products too, by recording the gradient and checking that
  std::uint64_t seed = 1;             ///< of the directions and samples; the same seed gives the same report
  std::vector<std::string> names{};   ///< of the elements of a gradient by hand; x[0], x[1], … without them
};

}  // namespace seegrad
