#pragma once
// Pooling as modules, for lists of layers: nn::max_pool2d{2}; nn::avg_pool2d{3, {.stride = 2}}; nn::adaptive_avg_pool2d{1}.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

struct max_pool2d {
  sides kernel;                   ///< rows and columns of a window
  max_pool_options options = {};  ///< steps, padding, distances
  nn::label label{"max_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::max_pool2d(x, kernel, options);
  }
};
struct avg_pool2d {
  sides kernel;                   ///< rows and columns of a window
  avg_pool_options options = {};  ///< steps, padding, and what a mean is divided by
  nn::label label{"avg_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::avg_pool2d(x, kernel, options);
  }
};
/// The largest of each window: [N, C, L] -> [N, C, L'].
struct max_pool1d {
  index_t kernel;                    ///< elements of a window
  max_pool_options_1d options = {};  ///< steps, padding, distances
  nn::label label{"max_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::max_pool1d(x, kernel, options);
  }
};
/// The mean of each window: [N, C, L] -> [N, C, L'].
struct avg_pool1d {
  index_t kernel;                    ///< elements of a window
  avg_pool_options_1d options = {};  ///< steps, padding, and what a mean is divided by
  nn::label label{"avg_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::avg_pool1d(x, kernel, options);
  }
};
/// Means over windows that divide whatever there is into a result of the given sides: [N, C, H, W] -> [N, C, extent].
struct adaptive_avg_pool2d {
  sides extent;  ///< sides of the result
  nn::label label{"adaptive_avg_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::adaptive_avg_pool2d(x, extent);
  }
};
/// The same along one axis: [N, C, L] -> [N, C, extent].
struct adaptive_avg_pool1d {
  index_t extent;  ///< length of the result
  nn::label label{"adaptive_avg_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::adaptive_avg_pool1d(x, extent);
  }
};

}  // namespace seegrad::nn
