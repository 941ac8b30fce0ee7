#pragma once
// What a program of arrays does: one operation after the other over slots, each of which holds an array or a number of one shape and type.

#include <autodiff/graph/graph.hpp>
#include <autodiff/run/question.hpp>
#include <memory>
#include <string>
#include <vector>

namespace seegrad::detail::run {

struct array_instruction {
  const operation* op;
  std::shared_ptr<const void> parameters;  ///< of the operation; null if it has none
  std::uint32_t to, first, count;          ///< the operands stand in array_code::operands
  bool of_numbers;                         ///< operands and result are scalars of the graph
  bool is_number;                          ///< the result is a scalar of the graph
  node_id node;                            ///< that it comes from
};

struct array_code {
  struct input {
    std::uint32_t slot;
    dims shape;
    dtype type;
    bool is_number;
  };
  std::vector<array_instruction> instructions;
  std::vector<std::uint32_t> operands;
  std::vector<input> inputs;
  std::size_t with_slopes = 0;  ///< so many of them, the first, get derivatives
  std::vector<std::uint32_t> results;
  std::vector<dims> result_shapes;
  std::vector<question> questions;
  std::vector<array> constants;      ///< by slot; null where something is computed or given
  std::vector<bool> has_derivative;  ///< by slot: it depends on an input, and gradients pass
  std::vector<array_form> forms;     ///< by slot
};

/// Of what leads from the xs and the others to the ys; everything else is the constant it was. The xs come first among the inputs, and get
/// derivatives; the others, which may be constants of the record, get none.
auto lower_arrays(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs,
                  const std::vector<node_id>& others = {}) -> array_code;

/// Whether both do the same: the same operations, with parameters that are known to be equal, on constants of the same bits.
auto operator==(const array_code& a, const array_code& b) -> bool;

/// A line for each instruction: `s4 = matmul(s0, s1)    [2x3] float64`.
auto to_text(const array_code& c) -> std::string;

}  // namespace seegrad::detail::run
