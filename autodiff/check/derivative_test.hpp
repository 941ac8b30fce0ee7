#pragma once
// The test of one claimed derivative: what is claimed, what was measured, and the verdict.
//
// A function of one variable is measured beside x. The quick test is one central difference with extrapolation, which settles
// nearly every case; whatever it does not settle is tested in full: steps of many sizes, both sides apart, the noise of the
// function itself, and the two methods that need no step at all.

#include <autodiff/check/report.hpp>
#include <autodiff/check/slope.hpp>
#include <autodiff/graph/operation.hpp>

namespace seegrad::detail {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The method where numbers are too far apart for steps to measure anything, but the formula of the value confirms the claim.
inline constexpr const char* by_formula = "formula";
/// The method where there is no formula either.
inline constexpr const char* too_coarse = "too coarse";

struct claim {
  line f;
  double x;
  double value;    ///< f(x)
  double claimed;  ///< what is said to be f'(x)
  double tolerance;
  interval domain{};
  double noise = 0;          ///< how far a value may be off beyond its last digit
  double round_off = 0;      ///< how far the claim itself may be off by rounding
  double scale = 0;          ///< the size of the largest operand; 0 if there is no other
  double spacing = 0;        ///< from x to the next number
  bool coarse = false;       ///< whether steps of that may be longer than what the function is made of: at 1e17 floor(x) is x
  double complex = unknown;  ///< f'(x) by a complex step
  double forward = unknown;  ///< f'(x) by the forward rule
};

struct test_result {
  verdict what = verdict::untested;
  double measured = unknown, error = unknown;
  const char* method = "ridders";
  std::string detail{};
};

/// True, with `a` filled in, if the claim plainly passes.
auto test_quickly(const claim& c, test_result& a) -> bool;
auto test_fully(const claim& c) -> test_result;

/// What a wrong claim looks like: "the sign is flipped", "2 times too large"; empty if like nothing.
auto describe_mismatch(double claimed, double measured) -> std::string;

}  // namespace seegrad::detail
