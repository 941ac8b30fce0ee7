#pragma once
// What an ONNX model declares of an input or an output.

#include <autodiff/array/dims.hpp>
#include <autodiff/array/dtype.hpp>
#include <optional>
#include <string>
#include <vector>

namespace seegrad::nn {

/// An axis of an input or output: of an extent, or with a name that stands for one, such as "batch", or neither.
struct onnx_axis {
  index_t extent = -1;    ///< -1: not said
  std::string name = {};  ///< empty: none
};

/// An input or output of a model: its name, type and shape.
struct onnx_value {
  std::string name;                            ///< no other input's or output's
  dtype type = float32;                        ///< what arrays have of the file's type: int32 is int64, float16 is float32
  std::optional<std::vector<onnx_axis>> axes;  ///< nothing where the file leaves even their number open

  auto text() const -> std::string;  ///< "image float32 [batch x 1 x 28 x 28]"
};

}  // namespace seegrad::nn
