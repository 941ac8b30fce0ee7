#pragma once
// What is written in an ONNX file, as it stands there: https://github.com/onnx/onnx/blob/main/docs/IR.md
//
// Nothing is computed and no operator is known here. Of graphs inside of attributes those of branches are read, and of others it is noted that they are there.

#include <autodiff/array/array.hpp>
#include <filesystem>
#include <nn/save/onnx_value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

struct onnx_graph;

/// An attribute of a node: what the file has of it, whatever kind it says it is.
struct read_attribute {
  std::string name;
  index_t whole = 0;
  double real = 0;
  std::string text;
  std::vector<std::int64_t> wholes;
  std::vector<float> reals;
  std::vector<std::string> texts;
  array numbers;  ///< null unless it is an array
  bool is_subgraph = false;
  std::vector<onnx_graph> graphs;  ///< one, if it is a branch
};

/// That a node is computed only if a condition is what it says.
struct branch_guard {
  std::string condition;  ///< the value
  bool wanted;
  std::string branching;  ///< the node that is called If
};

struct read_node {
  std::string name, type, domain;
  std::vector<std::string> inputs, outputs;  ///< an empty name is an operand that is left out
  std::vector<read_attribute> attributes;
  std::vector<branch_guard> guards;  ///< all must hold, the outermost first (onnx_branches.hpp)

  auto attribute(std::string_view called) const -> const read_attribute*;
  /// Its name or, if it has none, that of its first output.
  auto called() const -> const std::string&;
};

struct named_array {
  std::string name;
  array value;
};

struct onnx_graph {
  std::vector<read_node> nodes;
  std::vector<named_array> numbers;
  std::vector<onnx_value> inputs, outputs;  ///< inputs without those that have numbers in the file
};

struct onnx_file : onnx_graph {
  index_t opset = 0;  ///< of the standard operators; 0 if the file does not say it
};

/// Numbers that lie in files beside the model are read from `folder`, and never from elsewhere; with an empty path they are refused. Throws, without a
/// "who", for bytes that are no model.
auto read_onnx(std::string_view bytes, const std::filesystem::path& folder) -> onnx_file;

/// A tensor of such a file, as it may also stand alone in a file (.pb).
auto read_onnx_tensor(std::string_view bytes, const std::filesystem::path& folder) -> named_array;

/// What arrays have of an element type of ONNX's. Throws for text and complex numbers.
auto type_of_onnx(index_t type) -> dtype;

}  // namespace seegrad::nn::detail
