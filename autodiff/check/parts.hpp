#pragma once
// The parts that check() is made of. Each adds what it finds to a report.

#include <autodiff/check/derivative_test.hpp>
#include <autodiff/check/options.hpp>
#include <autodiff/graph/reach.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace seegrad::detail {

/// Every operation between the inputs and `y`, each by itself, on the values it was recorded with.
auto check_operations(const graph& g, node_id y, const check_options& options, check_report& report) -> void;

/// Whether the adjoint of every node is the sum of its users' contributions. Returns false, with findings, if not.
auto check_accumulation(const graph& g, node_id y, std::span<const double> adjoints, check_report& report) -> bool;

/// The same in a graph with arrays, where the adjoints are of `seed` · y; a null one is 0.
auto check_accumulation(const graph& g, node_id y, std::span<const array> adjoints, const array& seed, check_report& report)
    -> bool;

/// The gradient of `y` by the inputs, against replays of the record and against the forward sweep. `adds_up` is what
/// check_accumulation said.
auto check_whole(const graph& g, node_id y, std::span<const double> adjoints, const check_options& options, check_report& report,
                 bool adds_up) -> void;

/// The same in a graph with arrays.
auto check_whole(const graph& g, node_id y, std::span<const array> adjoints, const array& seed, const check_options& options,
                 check_report& report, bool adds_up) -> void;

/// Sorts the findings and drops the passes that are more than the report has room for.
auto finish(check_report& report, const check_options& options) -> void;

/// How far rounding may carry each adjoint: the sweep over absolute values, times the rounding of one operation.
auto rounding_of_adjoints(const graph& g, node_id y, const node_set& used) -> std::vector<double>;
/// What the uses of node `to` contribute to its adjoint, in the order in which they were recorded, without those that are 0.
auto contributions(const graph& g, node_id y, std::span<const double> adjoints, node_id to) -> std::vector<double>;
/// A remark if the claim is one of several contributions; else empty.
auto one_use_only(std::span<const double> parts, double claimed) -> std::string;

/// Whether what moved by `little` when digits did, and by `much` when they did `times` as far, is rounding: it grows along, or is small
/// beside the number. The other side of a kink is as far away from near as from farther.
inline auto is_rounding(double little, double much, double times, double number) -> bool {
  return std::isfinite(much) && (much > 0.25 * times * little || little <= 0.5 * std::abs(number));
}

/// Of two verdicts the one to worry about.
auto worse(verdict a, verdict b) -> verdict;

/// The name of a node, or its number if it has none: "#5".
auto name_of(const graph& g, node_id k) -> std::string;
/// A finding that says where it is, and nothing else yet.
auto finding_at(const graph& g, node_id k) -> finding;
/// The scopes a node is in: "layer1/attention"; empty outside any.
auto scope_path(const graph& g, node_id k) -> std::string;

/// A number from -1.5 to -0.5 or from 0.5 to 1.5: nothing that cancels in sums or hides in means. The same everywhere for a seed.
class uneven {
 public:
  explicit uneven(std::uint64_t seed) : bits_(seed) {}
  auto operator()() -> double {
    const auto b = bits_();
    const auto size = 0.5 + static_cast<double>(b >> 12) * 0x1p-52;
    return b & 1 ? size : -size;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace seegrad::detail
