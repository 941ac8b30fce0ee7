#pragma once
// The numbers of an ONNX file that belong to a model, under their names there.

#include <nn/module/parameter.hpp>
#include <string>
#include <vector>

namespace seegrad::nn::detail {

struct onnx_parameter {
  std::string name;
  parameter value;
};
struct onnx_buffer {
  std::string name;
  buffer value;
};
using onnx_parameters = std::vector<onnx_parameter>;
using onnx_buffers = std::vector<onnx_buffer>;

}  // namespace seegrad::nn::detail
