#include <autodiff/graph/statement.hpp>

#include <array>
#include <atomic>

namespace seegrad::detail {
namespace {

auto none(const node*, double* adjoints, std::uint64_t twice, const rule_number*, std::uint64_t, const void*, double adjoint)
    -> std::uint64_t {
  adjoints[twice / 2] = adjoint;
  return twice;
}

// It never moves, as a library that is opened while others sweep adds to it. What is not used of it takes no memory.
constexpr std::uint32_t most = 1 << 16;
constinit std::array<statement_rule, most> rules{none};
constinit std::atomic<std::uint32_t> used = 1;

}  // namespace

auto enlist(statement_rule rule) -> rule_number {
  auto number = used.load(std::memory_order_relaxed);
  do
    if (number == most) return 0;
  while (!used.compare_exchange_weak(number, number + 1, std::memory_order_relaxed));
  rules[number] = rule;
  return static_cast<rule_number>(number);
}

auto statement_rules() -> const statement_rule* { return rules.data(); }

}  // namespace seegrad::detail
