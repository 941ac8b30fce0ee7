#pragma once
// Whether two ways to write a computation leave the same record: nodes, values, adjoints, to the last bit.

#include <autodiff/autodiff.hpp>
#include <bit>
#include <doctest/doctest.h>

namespace seegrad {

struct record_copy {
  struct entry {
    const operation* op;
    bool is_input;
    std::vector<node_id> from;
    double value, adjoint;
  };
  std::vector<entry> nodes;

  /// Of the graph as it is, after backward().
  explicit record_copy(const graph& g) {
    for (node_id k = 0; k < g.size(); ++k) {
      entry e{g.is_leaf(k) ? nullptr : g.op(k), g.is_input(k), {}, g.value(k), g.adjoint(k)};
      for (auto o : g.operands(k)) e.from.push_back(o);
      nodes.push_back(std::move(e));
    }
  }
};

inline auto same_number(double a, double b) -> bool {
  return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

inline auto check_same(const record_copy& a, const record_copy& b) -> void {
  REQUIRE(a.nodes.size() == b.nodes.size());
  for (std::size_t k = 0; k < a.nodes.size(); ++k) {
    CAPTURE(k);
    const auto& p = a.nodes[k];
    const auto& q = b.nodes[k];
    REQUIRE(p.op == q.op);
    REQUIRE(p.is_input == q.is_input);
    REQUIRE(p.from == q.from);
    CAPTURE(p.value);
    CAPTURE(q.value);
    REQUIRE(same_number(p.value, q.value));
    CAPTURE(p.adjoint);
    CAPTURE(q.adjoint);
    REQUIRE(same_number(p.adjoint, q.adjoint));
  }
}

}  // namespace seegrad
