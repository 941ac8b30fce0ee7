#include "table.hpp"

#include "summary.hpp"

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

// Wide enough for the name above it and for five digits.
auto width(std::string_view name) -> std::size_t { return std::max<std::size_t>(8, name.size()); }

// What is to be said of a column besides its figures.
auto note(const column& one) -> std::string {
  std::string text;
  if (!one.variant.empty()) text += fmt::format("  {}: {}", one.library, one.variant);
  if (one.upper_halves) text += fmt::format("  {} leaves upper halves in use", one.library);
  return text;
}

}  // namespace

auto print_head(const row& first) -> void {
  fmt::print(
      "Nanoseconds per elementary operation for one gradient (plain: for the value alone), recorded anew "
      "each time.\n\n");
  fmt::print("{:<18} {:>7}", "kernel", "ops");
  for (const auto name : first.libraries()) fmt::print(" {:>{}}", name, width(name));
  fmt::print(" | {:>9}", "best peer");
  for (const auto name : first.ours()) fmt::print(" {:>{}}", fmt::format("{}/best", name), width(name) + 5);
  fmt::print(" | {:>12} {:>6} {:>13} {:>8}\n", "seegrad/Stan", "goal", "seegrad/plain", "bytes/op");
}

auto print_row(const row& one) -> void {
  fmt::print("{:<18} {:>7.1e}", one.kernel->name, static_cast<double>(one.kernel->operations));
  for (const auto name : one.libraries()) fmt::print(" {}", figure(one.nanoseconds(name), static_cast<int>(width(name)), 2));
  const auto best = one.best_peer();
  fmt::print(" | {:>9}", best.empty() ? "-" : best);
  for (const auto name : one.ours()) fmt::print(" {}", figure(one.ratio(name, best), static_cast<int>(width(name)) + 5, 2));
  const char* mark = !std::isfinite(against_stan(one)) ? " " : reached(one) ? "+" : "-";
  const auto* ours = one.find("seegrad");
  fmt::print(" | {} {} {} {} {}", figure(against_stan(one), 12, 2), figure(one.kernel->goal, 4, 2), mark,
             figure(one.ratio("seegrad", "plain"), 13, 2), figure(ours == nullptr ? 0.0 : ours->bytes, 8, 1));
  for (const auto name : one.libraries()) fmt::print("{}", note(*one.find(name)));
  fmt::print("\n");
  std::fflush(stdout);
}

auto print_summary(std::span<const row> rows) -> void {
  fmt::print("\nAll values and gradients agree to 1e-10.\n");
  for (const auto& one : summaries(rows))
    fmt::print("{}: {:.2f} of the time of the best peer (geometric mean); at or ahead of it in {} of {} rows.\n", one.library,
               one.mean, one.ahead, rows.size());
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
