#pragma once
// Pooling as modules, for lists of layers: nn::max_pool2d{2}; nn::avg_pool2d{3, {.stride = 2}}; nn::adaptive_avg_pool2d{1}.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

// clang-format off
struct max_pool2d { sides kernel; max_pool_options options = {};
                    auto operator()(const tensor& x) const -> tensor { return seegrad::max_pool2d(x, kernel, options); } };
struct avg_pool2d { sides kernel; avg_pool_options options = {};
                    auto operator()(const tensor& x) const -> tensor { return seegrad::avg_pool2d(x, kernel, options); } };
struct max_pool1d { index_t kernel; max_pool_options_1d options = {};
                    auto operator()(const tensor& x) const -> tensor { return seegrad::max_pool1d(x, kernel, options); } };
struct avg_pool1d { index_t kernel; avg_pool_options_1d options = {};
                    auto operator()(const tensor& x) const -> tensor { return seegrad::avg_pool1d(x, kernel, options); } };
struct adaptive_avg_pool2d { sides extent;
                    auto operator()(const tensor& x) const -> tensor { return seegrad::adaptive_avg_pool2d(x, extent); } };
struct adaptive_avg_pool1d { index_t extent;
                    auto operator()(const tensor& x) const -> tensor { return seegrad::adaptive_avg_pool1d(x, extent); } };
// clang-format on

}  // namespace seegrad::nn
