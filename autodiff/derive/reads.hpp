#pragma once
// What a vjp reads: what must be kept, or computed again, until the reverse sweep comes by.
//
//   const array x[] = {stand_in({32, 784}, float32), stand_in({784, 10}, float32)};
//   vjp_reads(structural_operation<matmul_op>(), nullptr, 0, x);    // of a product the left operand's vjp reads the right one
//
// Nobody writes this down: the vjp is recorded once in a graph of shapes_only, and what leads to its result is what it reads. Of every
// operand it may want the shape besides.

#include <autodiff/graph/operation.hpp>
#include <vector>

namespace seegrad::detail {

/// What a vjp looks at, beside the cotangent.
struct read_set {
  std::vector<bool> operands;  ///< by number
  bool result = false;         ///< of the operation
};
/// Of operation `op` with parameters `p`, for operand `i`; the operands x may be stand-ins. Throws if the operation refuses their shapes.
auto vjp_reads(const operation& op, const void* p, int i, std::span<const array> x) -> read_set;

}  // namespace seegrad::detail
