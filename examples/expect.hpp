#pragma once
// Every example is a test too: it prints the numbers of the course beside its own, and fails if they differ.

#include <cmath>
#include <fmt/format.h>
#include <string_view>

class expectations {
 public:
  /// Prints what was found; `tolerance` is absolute.
  auto operator()(std::string_view what, double found, double expected, double tolerance = 1e-12) -> void {
    const bool good = std::abs(found - expected) <= tolerance;
    failed_ += !good;
    fmt::print("  {:<28} {:>12.6g}{}\n", what, found, good ? "" : fmt::format("   but the course has {}", expected));
  }
  auto operator()(std::string_view what, bool good) -> void {
    failed_ += !good;
    fmt::print("  {:<60} {}\n", what, good ? "yes" : "NO");
  }
  auto exit_code() const -> int { return failed_ == 0 ? 0 : 1; }

 private:
  int failed_ = 0;
};
