#pragma once
// What a check found, as text, as JSON, and as remarks for a picture.
//
//   const auto report = check(J);
//   fmt::print("{}", report);                 // a summary and a table of the worst
//   report.passed();                          // nothing is wrong and nothing is infinite
//   report.to_json();                         // the same for programs
//   report.annotations();                     // for drawing into a picture
//
// Six verdicts, so that "not wrong" is told apart from "not tested":
//
//   PASS        the claim agrees with the measurement, and the measurement is good enough to know
//   FAIL        the claim is outside what the measurement allows
//   NOISY       no method measures well enough to decide
//   KINK        there is no derivative here; the claim lies between the slopes on the two sides, which is all one can ask
//   NON-FINITE  a value or a derivative is infinite or not a number
//   UNTESTED    nothing can be measured, as with an operand that can only be a whole number

#include <array>
#include <autodiff/graph/annotation.hpp>
#include <cstdint>
#include <fmt/core.h>
#include <iosfwd>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seegrad {

/// What became of the test of one derivative; docs/checking.md has what each means.
enum class verdict : std::uint8_t { pass, fail, noisy, kink, non_finite, untested };
inline constexpr std::size_t verdicts = 6;  ///< How many there are.

/// "PASS", "FAIL", "NOISY", "KINK", "NON-FINITE", "UNTESTED"
auto to_string(verdict v) -> std::string_view;

/// One derivative that was tested.
struct finding {
  node_id node = 0;                  ///< the node's number; of a gradient by hand, the number of the element
  std::string name;                  ///< of the node, "#5" if it has none; or of the element, "x[2]" if it has none
  std::string operation;             ///< "mul"; "input" for a derivative of the whole; "gradient" for one by hand
  std::string parameters{};          ///< of an operation on arrays: "axis 1"
  std::string scope;                 ///< "layer1/attention"
  int operand = -1;                  ///< the derivative is by this operand; -1 if it is not by one
  std::string by;                    ///< the operand's name
  std::string element{};             ///< of an array, the index of the element that is told of, the worst: "[3, 7]"
  verdict what = verdict::untested;  ///< the verdict
  double claimed = std::numeric_limits<double>::quiet_NaN();         ///< the derivative by its rule, or by hand
  double measured = std::numeric_limits<double>::quiet_NaN();        ///< the same by differences or other means
  double error_estimate = std::numeric_limits<double>::quiet_NaN();  ///< of what was measured
  double difference = std::numeric_limits<double>::quiet_NaN();      ///< |claimed - measured|
  std::string method;  ///< "ridders", "one-sided", "complex step", "dot product", "whole gradient", "accumulation", …
  std::string detail;  ///< what it means, in words; empty where there is nothing to add
};

/// What a check found.
struct check_report {
  /// How many of each verdict, by its number.
  using tally = std::array<std::size_t, verdicts>;

  /// All that did not pass, the worst first, and after them the passes with the largest differences.
  std::vector<finding> findings;
  tally local{};                                   ///< verdicts on the derivatives of single operations
  tally whole{};                                   ///< verdicts on the gradient as a whole, input by input
  std::string subject;                             ///< the name of what was differentiated
  std::vector<std::string> by;                     ///< the names of the inputs
  std::size_t operations = 0;                      ///< operations looked at
  std::size_t derivatives = 0;                     ///< their derivatives by operands that are not constants
  std::size_t elements = 0;                        ///< of arrays, the elements by which that was; 0 if there are no arrays
  std::size_t constants = 0;                       ///< operands that are constants, which have none
  std::size_t skipped = 0;                         ///< operations left out because of check_options::max_nodes
  std::vector<std::string> remarks;                ///< sentences about the whole, such as which inputs were sampled
  std::size_t rows = 10;                           ///< of the table
  bool by_hand = false;                            ///< it is a gradient by hand that was checked, not a record
  std::string whose = "gradient by hand";          ///< what the text calls that gradient
  std::vector<std::pair<node_id, verdict>> marks;  ///< the worst verdict on each node, by number

  /// No FAIL and no NON-FINITE. KINK, NOISY and UNTESTED are no fault of the derivative; ask count() for them.
  auto passed() const -> bool { return count(verdict::fail) + count(verdict::non_finite) == 0; }
  /// Of the derivatives of single operations and those of the whole together.
  auto count(verdict v) const -> std::size_t { return local[static_cast<std::size_t>(v)] + whole[static_cast<std::size_t>(v)]; }
  /// What the verdicts on the whole gradient come to: the worst among them.
  auto whole_verdict() const -> verdict;

  /// The summary in one line, without a line end.
  auto summary() const -> std::string;
  /// The summary, a table of the worst findings, and what they mean.
  auto text() const -> std::string;
  /// One object; numbers that are not finite are null.
  auto to_json() const -> std::string;
  /// The verdict on every node that was tested.
  auto annotations() const -> seegrad::annotations;
};

/// Prints text().
auto operator<<(std::ostream& out, const check_report& report) -> std::ostream&;

}  // namespace seegrad

/// fmt::print("{}", report); there is nothing to ask for after the colon.
template <>
struct fmt::formatter<seegrad::check_report> {
  constexpr auto parse(format_parse_context& context) const { return context.begin(); }
  template <class Context>
  auto format(const seegrad::check_report& report, Context& context) const {
    auto out = context.out();
    for (const char c : report.text()) *out++ = c;
    return out;
  }
};
