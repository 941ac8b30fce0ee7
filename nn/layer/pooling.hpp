#pragma once
// Pooling as modules, for lists of layers: nn::max_pool2d{2}; nn::avg_pool2d{3, {.stride = 2}}; nn::adaptive_avg_pool2d{1}.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

struct max_pool2d {
  sides kernel;
  max_pool_options options = {};
  nn::label label{"max_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::max_pool2d(x, kernel, options);
  }
};
struct avg_pool2d {
  sides kernel;
  avg_pool_options options = {};
  nn::label label{"avg_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::avg_pool2d(x, kernel, options);
  }
};
struct max_pool1d {
  index_t kernel;
  max_pool_options_1d options = {};
  nn::label label{"max_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::max_pool1d(x, kernel, options);
  }
};
struct avg_pool1d {
  index_t kernel;
  avg_pool_options_1d options = {};
  nn::label label{"avg_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::avg_pool1d(x, kernel, options);
  }
};
struct adaptive_avg_pool2d {
  sides extent;
  nn::label label{"adaptive_avg_pool2d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::adaptive_avg_pool2d(x, extent);
  }
};
struct adaptive_avg_pool1d {
  index_t extent;
  nn::label label{"adaptive_avg_pool1d"};
  auto operator()(const tensor& x) const -> tensor {
    const module_place here(label);
    return seegrad::adaptive_avg_pool1d(x, extent);
  }
};

}  // namespace seegrad::nn
