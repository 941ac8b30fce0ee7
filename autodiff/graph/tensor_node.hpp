#pragma once
// What the record keeps of a node that has to do with arrays, beside the 16 bytes every node has.

#include <autodiff/array/array.hpp>
#include <memory>

namespace seegrad {

struct operation;

struct tensor_node {
  array value;                             ///< null for an operation on arrays whose result is a scalar
  const operation* op;                     ///< null for a leaf
  std::shared_ptr<const void> parameters;  ///< what the operation's paragraph calls `parameters`; null if it has none
  std::uint32_t first, count;              ///< the operands, in the graph's side table
};

}  // namespace seegrad
