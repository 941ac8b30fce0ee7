#pragma once
// A program of one point, turned sideways: what is done many times, each time to other numbers, is done to all of them at once.
//
// A loop leaves a record that repeats itself: a thousand options priced, a sum of ten thousand logarithms. Instructions that do the same at the same distance from
// the inputs do not depend on each other. They become one group, whose results stand one behind the other, so that the loops that arrays have can compute them.
// Sums of several terms, of values as of derivatives, are taken in the order of the record.

#include <autodiff/run/code.hpp>
#include <optional>

namespace seegrad::detail::run {

using position = std::uint32_t;  ///< of a number in memory

/// Where the numbers of a group's operand are.
struct wide_operand {
  enum class kind : std::uint8_t {
    run,        ///< one behind the other from `at`
    same,       ///< all that at `at`
    listed,     ///< at the positions that stand in the list from `at`
    stretches,  ///< in stretches with a step of their own, so many from `at` in the list of them
    back,       ///< of a vjp: it is not looked at, and stands where the cotangent stands
  };
  kind what = kind::run;
  position at = 0;
  std::uint32_t stretches = 0;
};

/// Of an operand's numbers those from `first` on, up to the next stretch: at `at`, `at` + `step`, and so on. An inner loop of the user's leaves them.
struct wide_stretch {
  std::uint32_t first;
  position at;
  std::int32_t step;
};

struct wide_group {
  enum class kind : std::uint8_t { value, vjp, sum };
  kind what;
  std::uint8_t by = 0;
  const operation* op = nullptr;
  position to = 0;
  std::uint32_t count = 0;
  wide_operand x[max_arity], y, back;
  // Of a sum: its terms, one operand each; or where there are few sums of many terms, an operand for all terms of each.
  std::uint32_t first_term = 0, terms = 0;
  bool each_apart = false;
};

struct wide_code {
  std::vector<wide_group> groups;
  std::vector<wide_operand> terms;
  std::vector<position> listed;
  std::vector<wide_stretch> stretches;
  std::vector<double> constants;  ///< they stand first in memory, then the inputs, then the seeds
  std::size_t inputs = 0, seeds = 0;
  std::size_t size = 0;  ///< of the memory
  static constexpr position nothing = ~position{0};
  std::vector<position> results, slopes;  ///< `nothing` where a derivative is 0
  std::vector<std::pair<position, position>> questions;
  double gathered = 0;  ///< the share of operands that are listed
  auto is_mostly_gathered() const -> bool { return gathered > 0.6; }
};

/// Of a code whose slots are not planned yet. Nothing where it does not repeat itself enough to gain, unless it is wanted `always`.
auto widen(const code& c, bool always = false) -> std::optional<wide_code>;

}  // namespace seegrad::detail::run
