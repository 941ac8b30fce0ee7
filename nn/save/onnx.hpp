#pragma once
// A recorded network as an ONNX model, to be run where seegrad is not: ONNX Runtime, OpenCV, a browser.
//
//   nn::eval(model);
//   graph g;
//   tensor x = input(rand(random, {2, 1, 28, 28}, float32), "x");
//   nn::save_onnx("model.onnx", model(x), {{"image", x}}, {.dynamic_batch = true});
//
// What is written is the part of the active graph that leads from the inputs to the output: each operation as one or a few of
// ONNX's, and everything else it needs, parameters and constants, as numbers of the model, under their names and scopes in the
// graph: after nn::name_layers(model) as nn::state_dict calls them. The operators are those of opset 13 (IR version 7), which runtimes have known since 2020:
// https://github.com/onnx/onnx/blob/main/docs/Operators.md
//
// Comparisons such as x > 0, masks, argmax, sorting and pooling are operators of the model, and decide anew for its inputs. A branch or a loop of the program itself is written as it was taken, and so is dropout while training: so
// record in eval mode. Types stay as they are; many runtimes have kernels for float32 only.
//
// With dynamic_batch, axis 0 of every input is the batch and may have any extent in the model. The place of that axis is
// followed through the operations; where it cannot be followed, or an operation mixes the members of a batch, such as a mean
// over it, that is an error. The batch recorded must have 2 members or more: an axis of 1 could be mistaken for others.
//
// An input is a node of the graph: made by input(), or any other, where the model is to begin. An int64 tensor may be a
// constant, for it is found where it is used as an index: the tokens of an embedding.

#include <autodiff/array/array.hpp>
#include <autodiff/trace/tensor.hpp>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace seegrad::nn {

/// An input of the model, and what it is called there.
struct onnx_input {
  std::string name;  ///< no other input's, and not empty
  tensor value;      ///< recorded; the model begins there, and the input has its shape and type
};
struct onnx_options {
  std::string output_name = "output";  ///< what the output is called in the model
  bool dynamic_batch = false;          ///< axis 0 of the inputs may have any extent; it is called "batch" in the model
};

/// Throws if an operation has no counterpart, the output does not depend on an input, or names are empty or stand twice; the
/// error names what it is about, and no file is written then.
auto save_onnx(const std::filesystem::path& file, const tensor& output, const std::vector<onnx_input>& inputs,
               const onnx_options& options = {}) -> void;
auto save_onnx(std::ostream& out, const tensor& output, const std::vector<onnx_input>& inputs, const onnx_options& options = {})
    -> void;

}  // namespace seegrad::nn
