#pragma once
// The way of an adjoint back through a statement: the loop of derive/sweep.cpp over its nodes, unrolled while compiling. What operands from
// before the statement get is added in the same order, so that both leave the same bits.

#include <autodiff/ops/definition/paragraph.hpp>
#include <autodiff/trace/statement_shape.hpp>

namespace seegrad::fused {

/// The nodes of a statement are numbered from its first on, all others by twice their number (see graph/statement.hpp).
struct statement_sweep {
  seegrad::detail::swept_record record;
  std::uint64_t before;   // the node before the first
  double before_adjoint;  // which is not in memory yet

  [[gnu::always_inline]] static auto twice_first(const node& n) -> std::uint64_t {
    return n.word >> (node::code_bits - 1) & node::id_mask << 1;
  }
  [[gnu::always_inline]] static auto twice_second(const node& n) -> std::uint64_t {
    return n.word >> (node::code_bits + node::id_bits - 1) & ~std::uint64_t{1};
  }
  template <int At>
  [[gnu::always_inline]] auto own() const -> std::uint64_t {
    return before + 2 * (At + 1);
  }

  /// The value of an operand, which stands at `k` if it is from before the statement.
  template <class A, int At>
  [[gnu::always_inline]] auto value_of(std::uint64_t k) const -> double {
    if constexpr (A::nodes == 0) return record.at(k).value;
    else return record.at(own<At + A::nodes - 1>()).value;
  }
  template <class A>
  [[gnu::always_inline]] auto give(std::uint64_t k, double c) -> void {
    if constexpr (A::nodes == 0) {
      if (k == before) before_adjoint += c;
      else record.adjoint(k) += c;
    }
  }
  template <class A, int At>
  [[gnu::always_inline]] auto pull_operand(double g) -> void {
    // Others than the statement may have the node for an operand, such as a recorded derivative.
    if constexpr (is_expression<A>) A::template pull<At>(*this, record.adjoint(own<At + A::nodes - 1>()) + g);
  }

  /// Through the expression whose nodes begin at `At`, of which the last has the adjoint g.
  template <int At, class Op, class A>
  [[gnu::always_inline]] auto pull(double g) -> void {
    constexpr int self = At + shape<Op, A>::nodes - 1;
    record.adjoint(own<self>()) = g;
    const auto& n = record.at(own<self>());
    const auto a = twice_first(n);
    const double c = g * partial<Op, 0>(value_of<A, At>(a), n.value);
    give<A>(a, c);
    pull_operand<A, At>(c);
  }
  template <int At, class Op, class A, class B>
  [[gnu::always_inline]] auto pull(double g) -> void {
    using of = shape<Op, A, B>;
    constexpr int self = At + of::nodes - 1, first_at = At + of::template start<0>, second_at = At + of::template start<1>;
    record.adjoint(own<self>()) = g;
    const auto& n = record.at(own<self>());
    const auto a = twice_first(n), b = twice_second(n);
    const double x = value_of<A, first_at>(a), z = value_of<B, second_at>(b), y = n.value;
    double c = 0, d = 0;
    if constexpr (!is_literal<A>) give<A>(a, c = g * partial<Op, 0>(x, z, y));
    if constexpr (!is_literal<B>) give<B>(b, d = g * partial<Op, 1>(x, z, y));
    if constexpr (from_the_right) pull_operand<A, first_at>(c);
    pull_operand<B, second_at>(d);
    if constexpr (!from_the_right) pull_operand<A, first_at>(c);
  }
};

template <class E>
auto sweep_statement(const node* nodes, double* adjoints, std::uint64_t last, const seegrad::detail::rule_number* rules,
                     std::uint64_t bounds, const void* table, double adjoint) -> std::uint64_t {
  const auto before = last - 2 * E::nodes;
  const seegrad::detail::swept_record record{nodes, adjoints, rules};
  record.fetch(last - (bounds >> 32));
  statement_sweep s{record, before, record.adjoint(before)};
  E::template pull<0>(s, adjoint);
  return seegrad::detail::next_statement(record, before, bounds, table, s.before_adjoint);
}

/// Known before main() begins. In constructors of static objects before that it may be 0, and statements are then recorded operation by
/// operation.
template <class E>
[[gnu::visibility("hidden")]] inline const seegrad::detail::rule_number rule_of = seegrad::detail::enlist(sweep_statement<E>);

}  // namespace seegrad::fused
