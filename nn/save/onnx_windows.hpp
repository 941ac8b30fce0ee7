#pragma once
// The counterparts of convolutions and of pooling.

#include <nn/save/onnx_export.hpp>

namespace seegrad::nn::detail {

auto convolution_counterpart(onnx_export& e) -> std::string;
auto transposed_convolution_counterpart(onnx_export& e) -> std::string;
auto max_pool_counterpart(onnx_export& e) -> std::string;
auto avg_pool_counterpart(onnx_export& e) -> std::string;

}  // namespace seegrad::nn::detail
