#pragma once
// Numbers as they are printed.

#include <string>

namespace seegrad::cli {

/// `digits` significant ones; no sign for a zero or a nan, which would only raise questions.
auto number_text(double x, int digits) -> std::string;

}  // namespace seegrad::cli
