#pragma once
// Somebody says what a derivative is; this says whether it is so.

#include <string>

#include "language/recording.hpp"

namespace seegrad::cli {

struct judged_claim {
  given said;
  node_id node;  ///< by which the derivative is
  double actual;
  bool right;
};

/// A claim with digits after the point is right if the derivative rounds to it; any other must agree to nine digits.
auto agrees(const given& said, double actual) -> bool;

/// After backward(). Throws a complaint about the claim's text if there is no such name.
auto judge(const given& said, const recording& r) -> judged_claim;

/// "you say dJ/dc = 9; it is 12"
auto sentence(const judged_claim& c, const std::string& output, int digits) -> std::string;

}  // namespace seegrad::cli
