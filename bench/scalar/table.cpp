#include "table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

namespace bench {
namespace {

// A figure that is not known is a dash, never a zero.
auto figure(double value, int width, int digits) -> std::string {
  return std::isfinite(value) && value > 0.0 ? fmt::format("{:>{}.{}f}", value, width, digits)
                                             : fmt::format("{:>{}}", "-", width);
}

auto against_stan(const row& one) -> double { return one.ratio("seegrad", "Stan"); }

auto reached(const row& one) -> bool { return against_stan(one) <= one.kernel->goal; }

}  // namespace

auto print_head(const row& first) -> void {
  fmt::print(
      "Nanoseconds per elementary operation for one gradient (plain: for the value alone), recorded anew "
      "each time.\n\n");
  fmt::print("{:<18} {:>7}", "kernel", "ops");
  for (const auto& one : first.columns) fmt::print(" {:>8}", one.library);
  fmt::print(" | {:>12} {:>6} {:>13} {:>11} {:>8}\n", "seegrad/Stan", "goal", "seegrad/plain", "ADOL-C/Stan", "bytes/op");
}

auto print_row(const row& one) -> void {
  fmt::print("{:<18} {:>7.1e}", one.kernel->name, static_cast<double>(one.kernel->operations));
  for (const auto& each : one.columns) fmt::print(" {}", figure(one.nanoseconds(each.library), 8, 2));
  const char* mark = !std::isfinite(against_stan(one)) ? " " : reached(one) ? "+" : "-";
  const auto* ours = one.find("seegrad");
  fmt::print(" | {} {} {} {} {} {}", figure(against_stan(one), 12, 2), figure(one.kernel->goal, 4, 2), mark,
             figure(one.ratio("seegrad", "plain"), 13, 2), figure(one.ratio("ADOL-C", "Stan"), 11, 2),
             figure(ours == nullptr ? 0.0 : ours->bytes, 8, 1));
  for (const auto& each : one.columns)
    if (each.upper_halves) fmt::print("  {} leaves upper halves in use", each.library);
  fmt::print("\n");
  std::fflush(stdout);
}

auto print_summary(std::span<const row> rows) -> void {
  fmt::print("\nAll values and gradients agree to 1e-10.\n");
  if (!std::isfinite(against_stan(rows.front()))) return;
  int as_fast = 0, far_ahead = 0;
  for (const auto& one : rows) {
    as_fast += reached(one);
    far_ahead += against_stan(one) <= 0.40;
  }
  fmt::print(
      "seegrad/Stan is at or below the ratio of the fastest tape known (goal, marked +) in {} of {} rows, at "
      "or below 0.40 in {}.\n",
      as_fast, rows.size(), far_ahead);
}

}  // namespace bench
