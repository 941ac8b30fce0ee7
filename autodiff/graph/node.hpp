#pragma once
// One row of the record.
//
// A node is 16 bytes: the value it had when it was recorded, and one word that packs an 8-bit operation code with two 28-bit
// operand numbers. That is all the reverse sweep reads, and it is why a tape that keeps every node can keep up with tapes that
// do not. An operation with more operands, or one that is not in the library's own list, keeps its operand numbers in a side
// table, and the first operand field holds the position there.

#include <cstddef>
#include <cstdint>

namespace seegrad {

/// The number of a node in its graph, from 0.
using node_id = std::uint32_t;
using node_ref =
    std::uint64_t;  ///< what a handle carries: the tag of the graph above, the node's byte offset in the record below

struct node {
  double value;        ///< when it was recorded
  std::uint64_t word;  ///< code and operands

  static constexpr unsigned code_bits = 8, id_bits = 28;                       ///< of the word: the code, and each operand
  static constexpr std::uint64_t id_mask = (std::uint64_t{1} << id_bits) - 1;  ///< what is left of an operand in its field

  /// Which operation, with which of its operands constant.
  auto code() const -> unsigned { return static_cast<unsigned>(word & 0xff); }
  /// The first operand, or what stands in its place.
  auto first() const -> node_id { return static_cast<node_id>(word >> code_bits & id_mask); }
  /// The second operand.
  auto second() const -> node_id { return static_cast<node_id>(word >> (code_bits + id_bits)); }
};
static_assert(sizeof(node) == 16);

namespace detail {
inline constexpr std::size_t max_nodes = std::size_t{1} << node::id_bits;
}  // namespace detail

/// Codes below `first_operation` are leaves, and a leaf with a first operand field is an array: the field is the number of its row
/// (see row.hpp) and 1. `tabled` is an operation with arrays among its operands or as its result; its first operand field is the
/// number of its row. `extended` is an operation on scalars outside the library's own list.
namespace detail::code {
inline constexpr unsigned constant = 0, input = 1, first_operation = 2, tabled = 254, extended = 255;
}

/// A binary operation owns three consecutive codes, so that the reverse sweep does no work for an operand that is constant.
namespace detail::activity {
inline constexpr unsigned both = 0, first_only = 1, second_only = 2;
}

}  // namespace seegrad
