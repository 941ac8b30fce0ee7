#pragma once
// Why a gradient as a whole is not what differences measure, when that is so: what its verdict comes to, and in which words.

#include <autodiff/check/report.hpp>
#include <autodiff/graph/graph.hpp>
#include <span>
#include <string>

namespace seegrad::detail {

/// What an operation adds to the movement of y over a small step of the input.
struct departure {
  node_id node;
  double beyond;  ///< what its own derivative does not account for
  double along;   ///< what its derivative does, by the absolute values of its terms
};

struct whole_failure {
  bool adds_up = true, stale = false;
  /// Of all nodes that move with the input, over a step to one side and one to the other.
  std::span<const departure> departures{};

  /// What a FAIL of the whole comes to, with `detail` for what it means.
  auto explain(const graph& g, const check_report& report, std::string& detail) const -> verdict;
};

}  // namespace seegrad::detail
