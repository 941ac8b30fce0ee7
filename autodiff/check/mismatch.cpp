#include <autodiff/check/derivative_test.hpp>
#include <fmt/format.h>

namespace seegrad::detail {

auto describe_mismatch(double claimed, double measured) -> std::string {
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(b); };
  if (!std::isfinite(claimed) || !std::isfinite(measured)) return "";
  if (claimed == 0) return "the claim is 0: the derivative is missing";
  if (measured == 0 || std::abs(measured) < 1e-9 * std::abs(claimed)) return "the derivative is 0 here";
  const auto ratio = claimed / measured;
  if (near(ratio, -1)) return "the sign is flipped";
  for (int n = 2; n <= 12; ++n) {
    if (near(ratio, n)) return fmt::format("{} times too large", n);
    if (near(ratio, 1.0 / n)) return fmt::format("1/{} of what it should be", n);
  }
  return fmt::format("the claim is {:.6g} times what it should be", ratio);
}

}  // namespace seegrad::detail
