#pragma once
// The nodes of an ONNX file in the order in which they are computed, and the numbers they use.

#include <nn/save/onnx_numbers.hpp>
#include <nn/save/onnx_operator.hpp>
#include <span>
#include <string>
#include <vector>

namespace seegrad::nn::detail {

class onnx_program {
 public:
  /// Takes the file apart: fractions that are trained, and statistics, go to the lists; all others are constants of the program. Throws, without a
  /// "who", for operators that are not read, all of them in one sentence, for a version that is not, and for a graph that is none.
  onnx_program(onnx_file file, onnx_parameters& parameters, onnx_buffers& buffers);

  auto inputs() const -> const std::vector<onnx_value>& { return inputs_; }
  auto outputs() const -> const std::vector<onnx_value>& { return outputs_; }

  /// The outputs. Throws unless the inputs are of the types and shapes that the file declares.
  auto run(std::span<const tensor> inputs, const onnx_parameters& parameters, const onnx_buffers& buffers, generator* drop) const
      -> std::vector<tensor>;

 private:
  // Where a value that no node computes comes from.
  enum class source : std::uint8_t { input, parameter, buffer, constant };
  struct held_value {
    source from;
    std::size_t number;
  };
  struct guard {
    int condition;  // a value
    bool wanted;
    std::size_t place;  // among the guards of the node
  };
  struct step {
    const onnx_operator* op;
    std::size_t node;
    std::string scope;                   // in pictures
    std::vector<int> operands, results;  // values; -1 for one that is left out
    std::vector<guard> guards = {};      // of the branches it stands in
    std::vector<int> done = {};          // what nothing needs any more
  };

  auto hold(const std::vector<named_array>& given, const std::vector<step>& steps, onnx_parameters& parameters,
            onnx_buffers& buffers) -> void;
  auto drop_what_is_not_needed(std::vector<step>& steps) const -> void;
  auto refuse_unknown(const std::vector<step>& steps) const -> void;
  auto note_last_uses() -> void;
  auto check(std::span<const tensor> inputs) const -> void;
  auto is_taken(const step& s, const guard& g, const tensor& condition) const -> bool;
  auto compute(const step& s, std::span<const tensor* const> operands, generator* drop) const -> onnx_results;

  index_t opset_;
  std::vector<read_node> nodes_;
  std::vector<onnx_value> inputs_, outputs_;
  std::vector<held_value> held_;  // the first values, the others being results
  std::vector<array> constants_;
  std::vector<step> steps_;
  std::vector<int> results_;
  int count_ = 0;  // of values
};

}  // namespace seegrad::nn::detail
