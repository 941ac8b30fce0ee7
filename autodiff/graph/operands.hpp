#pragma once
// The operands of one node, in order. Repeated operands stay repeated: x * x has two.

#include <array>
#include <autodiff/graph/node.hpp>

namespace seegrad::detail {

/// The operands of a node, to be gone through: for (node_id o : g.operands(k)).
class operand_list {
 public:
  operand_list() = default;
  operand_list(node_id a) : ids_{a}, size_(1) {}
  operand_list(node_id a, node_id b) : ids_{a, b}, size_(2) {}
  /// `ids` lie in the graph's side table, so the list is good until the graph next records or rewinds.
  operand_list(const std::uint32_t* ids, int size) : operand_ids_(ids), size_(size) {}

  /// How many.
  auto size() const -> int { return size_; }
  /// By its slot, from 0.
  auto operator[](int slot) const -> node_id { return operand_ids_ ? operand_ids_[slot] : ids_[static_cast<std::size_t>(slot)]; }

  struct iterator {
    const operand_list* list;
    int slot;
    auto operator*() const -> node_id { return (*list)[slot]; }
    auto operator++() -> iterator& { return ++slot, *this; }
    auto operator!=(const iterator& o) const -> bool { return slot != o.slot; }
  };
  /// The first of them.
  auto begin() const -> iterator { return {this, 0}; }
  /// Behind the last.
  auto end() const -> iterator { return {this, size_}; }

 private:
  std::array<node_id, 2> ids_{};
  const std::uint32_t* operand_ids_ = nullptr;
  int size_ = 0;
};

}  // namespace seegrad::detail
