#include <autodiff/ops/definition/formula.hpp>

#include <fmt/format.h>
#include <numbers>

namespace seegrad {

auto mathematics::number(double x) -> formula {
  // Constants that stand in paragraphs as numbers but that a reader knows by name.
  using namespace std::numbers;
  static constexpr std::pair<double, const char*> known[] = {
      {ln2, "ln 2"}, {log2e, "1/ln 2"},        {log10e, "1/ln 10"},
      {sqrt2, "√2"}, {2 * inv_sqrtpi, "2/√π"}, {0.39894228040143268, "1/√(2π)"}};
  for (const auto& [value, name] : known) {
    if (x == value) return {name, value == sqrt2 ? strength::atom : strength::product};
    if (x == -value) return {fmt::format("-{}", name), strength::product};
  }
  return {x != x ? "undefined" : fmt::format("{}", x), x < 0 ? strength::prefix : strength::atom};
}

}  // namespace seegrad
