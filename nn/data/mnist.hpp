#pragma once
// MNIST: 70,000 grey pictures of digits, 28 by 28. LeCun, Cortes, Burges: The MNIST database of handwritten digits.
//
//   auto [train, test] = nn::load_mnist("mnist");      // train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…, with .gz or without
//   train.inputs.shape();                              // [60000x1x28x28], 0 .. 1
//
// What is made in its likeness is read by the same functions: Fashion-MNIST (fashion_mnist.hpp), KMNIST, and any two IDX files.

#include <filesystem>
#include <nn/data/dataset.hpp>
#include <string>

namespace seegrad::nn {

struct mnist {
  dataset train, test;  ///< inputs [N, 1, H, W], targets [N]
};

/// Images float32 [N, 1, H, W] scaled to 0 .. 1, labels int64 [N]. The folder has four files of the names above; "train-images.idx3-ubyte"
/// and the like, as some archives have them, are found as well. Throws if a file is missing or damaged, or a label is not 0 .. 9.
auto load_mnist(const std::filesystem::path& folder) -> mnist;

/// Two IDX files of bytes: images [N, H, W] become float32 [N, 1, H, W] between 0 and 1, and labels int64 [N]. Throws if they do
/// not belong together, or a label is not below `classes`.
auto load_labelled_images(const std::filesystem::path& images, const std::filesystem::path& labels, index_t classes = 10)
    -> dataset;

namespace detail {
/// The same for a loader of another name, whose errors about a missing file end with the hint.
auto load_mnist(const std::filesystem::path& folder, const std::string& who, const std::string& hint) -> mnist;
}  // namespace detail

}  // namespace seegrad::nn
