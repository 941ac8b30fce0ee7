#pragma once
// A statement: nodes that were recorded together, such as the three of `y = a * b + sin(c)`, and that the reverse sweep passes together.
//
// The number type fused::scalar (trace/fused.hpp) knows a whole expression while it is compiled. It records the nodes that handles would,
// and notes at the last of them which function takes an adjoint through all of them. To everybody else they are nodes like any other.

#include <autodiff/graph/node.hpp>

namespace seegrad::detail {

/// The number of such a function; 0 is none.
using rule_number = std::uint16_t;

inline constexpr std::uint64_t most_nodes_of_statement = 32;

// In the loop a node is known by twice its number: eight times that is its offset in the record, four times that of its adjoint, and
// itself that of its rule_number, so that the processor finds all three without further arithmetic.
struct swept_record {
  const node* nodes;
  double* adjoints;
  const rule_number* rules;

  [[gnu::always_inline]] auto at(std::uint64_t twice) const -> const node& {
    return *reinterpret_cast<const node*>(reinterpret_cast<const std::byte*>(nodes) + 8 * twice);
  }
  [[gnu::always_inline]] auto adjoint(std::uint64_t twice) const -> double& {
    return *reinterpret_cast<double*>(reinterpret_cast<std::byte*>(adjoints) + 4 * twice);
  }
  [[gnu::always_inline]] auto rule(std::uint64_t twice) const -> rule_number {
    return *reinterpret_cast<const rule_number*>(reinterpret_cast<const std::byte*>(rules) + twice);
  }
  [[gnu::always_inline]] auto fetch(std::uint64_t twice) const -> void {
    __builtin_prefetch(reinterpret_cast<const std::byte*>(nodes) + 8 * twice);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(adjoints) + 4 * twice, 1);
  }
};

/// Hands `adjoint`, that of the last node of a statement, on to what the statement was computed from, stores that of each of its nodes, and
/// goes on with the statement before, unless that ends below a node. Returns the node before, whose adjoint is in memory. `bounds` has that
/// node in its lower half, and in the upper one how far ahead memory is asked for. `table` has the function of each number. As many
/// parameters as there are registers for.
using statement_rule = auto (*)(const node* nodes, double* adjoints, std::uint64_t twice, const rule_number* rules,
                                std::uint64_t bounds, const void* table, double adjoint) -> std::uint64_t;

/// Gives the function a number; 0 if there are too many of them.
auto enlist(statement_rule rule) -> rule_number;
/// By number. That of 0 returns at once.
auto statement_rules() -> const statement_rule*;

/// Goes on with what ends at a node. The call is the last thing a rule does, which compilers make a jump of when they optimise; as they need
/// not, the bound is never far away.
[[gnu::always_inline]] inline auto next_statement(const swept_record& r, std::uint64_t twice, std::uint64_t bounds,
                                                  const void* table, double adjoint) -> std::uint64_t {
  if (static_cast<std::uint32_t>(twice) < static_cast<std::uint32_t>(bounds)) {
    r.adjoint(twice) = adjoint;
    return twice;
  }
  return static_cast<const statement_rule*>(table)[r.rule(twice)](r.nodes, r.adjoints, twice, r.rules, bounds, table, adjoint);
}

}  // namespace seegrad::detail
