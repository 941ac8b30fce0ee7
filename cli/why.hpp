#pragma once
// Why a derivative is what it is.

#include <autodiff/derive/contributions.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "language/recording.hpp"

namespace seegrad::cli {

struct derivation {
  std::string name;
  node_id node;
  double gradient;
  std::vector<contribution> ways;  ///< the largest
  zero_report zero;
};

/// After backward(). Throws a complaint if there is no such name, or it is a constant.
auto explain(std::string_view name, const recording& r) -> derivation;

/// "dJ/dc = 12, the sum over the ways from c to J" with a line for each way, or why there is none.
auto text_of(const derivation& d, const recording& r, int digits) -> std::string;

}  // namespace seegrad::cli
