#pragma once
// Fashion-MNIST: 70,000 grey pictures of clothes, 28 by 28, in ten classes. Xiao, Rasul, Vollgraf: Fashion-MNIST: a novel image
// dataset for benchmarking machine learning algorithms, 2017.
//
//   auto [train, test, classes] = nn::load_fashion_mnist();      // apt-get install dataset-fashion-mnist
//   train.inputs.shape();                                        // [60000x1x28x28], 0 .. 1
//
// The same files from elsewhere are read from another folder.

#include <array>
#include <filesystem>
#include <nn/data/mnist.hpp>
#include <string_view>

namespace seegrad::nn {

struct fashion_mnist {
  dataset train, test;                       ///< 60,000 and 10,000 samples: inputs [N, 1, 28, 28], targets [N]
  std::array<std::string_view, 10> classes;  ///< what labels 0 to 9 are called
};

/// Images float32 [N, 1, 28, 28] scaled to 0 .. 1, labels int64 [N], 60,000 and 10,000 of them. Throws if a file is missing or
/// damaged.
auto load_fashion_mnist(const std::filesystem::path& folder = "/usr/share/datasets/fashion-mnist") -> fashion_mnist;

}  // namespace seegrad::nn
