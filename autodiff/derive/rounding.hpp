#pragma once
// How many digits of a result are good.
//
//   scalar x = input(1.5), y = 1e16 + x - 1e16;
//   const auto r = rounding(y);
//   r.digits;                                             // 0.3: 1e16 + x lost the rest
//   std::cout << r.text();
//   picture(y, {.notes = r.notes}).save("rounding.svg");  // marks where they were lost
//
// Each operation rounds its result v to v (1 + δ) with |δ| <= u, half the distance from 1 to the next number; to first order that changes y by
// its adjoint times v δ. So |adjoint · v| u is what the operation can cost, and their sum bounds the error of y, as far as derivatives of
// first order go and functions of the library are right to half a unit (docs/accuracy.md says what they are). S. Linnainmaa, Taylor expansion of
// the accumulated rounding error, BIT 16 (1976).
//
// Inputs and constants are taken as they are. What is not rounded costs nothing: a choice, a change of sign, and a sum, difference,
// product, quotient or square root that happens to be a number, which is found out. Of arrays the elements count; a sum over elements, or a
// matrix product, is one rounding of the sum of the sizes of its terms.

#include <autodiff/graph/annotation.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <string>
#include <vector>

namespace seegrad {

/// How good a result is, and what it loses where.
struct rounding_report {
  /// What one operation adds to the error.
  struct cost {
    node_id node;      ///< which one
    std::string name;  ///< "u #3 add"
    double error;      ///< of y
  };

  double value = 0;         ///< of y; of an array the sum of its elements
  double error = 0;         ///< the sum of all costs: y can be wrong by so much. NaN if y or an adjoint is not finite
  double digits = 0;        ///< decimal digits of y that are good, 0 to 15.95
  std::vector<cost> costs;  ///< of the operations that cost something, the dearest first
  annotations notes;        ///< for a picture: the operations that cost a hundredth of the error or more
  std::string words;        ///< that text() gives

  /// One paragraph.
  auto text() const -> std::string { return words; }
};

/// Throws if y is a constant.
auto rounding(const scalar& y) -> rounding_report;

namespace detail {
/// Of the sum of the elements of an array.
auto rounding_of_array(const tensor& y) -> rounding_report;
}  // namespace detail

template <std::same_as<tensor> Y>  // A plain number is a scalar here.
auto rounding(const Y& y) -> rounding_report {
  return detail::rounding_of_array(y);
}

}  // namespace seegrad
