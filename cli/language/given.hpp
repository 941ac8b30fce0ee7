#pragma once
// NAME=VALUE, as on the command line: the value of an input, or the gradient somebody claims.
//
//   auto a = parse_given("a=pi/2");            // a.name "a", a.value 1.5707963267948966
//
// The text is one statement of the language whose value is a constant.

#include <optional>
#include <string>

#include "complaint.hpp"

namespace seegrad::cli {

struct given {
  std::string text, name;
  double value = 0;
  /// Digits after the point, where the value is one literal number: 4 for -0.5898, 0 for 12, 4 for 1.2e-3.
  std::optional<int> decimals;
};

/// Throws a complaint about `text` if it is not of this form.
auto parse_given(std::string_view text) -> given;

/// Whether it is, without throwing.
auto is_given(std::string_view text) -> bool;

}  // namespace seegrad::cli
