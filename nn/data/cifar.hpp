#pragma once
// CIFAR-10 and CIFAR-100: 60,000 colour pictures of things, 32 by 32, in their binary version. Krizhevsky: Learning multiple layers of
// features from tiny images, 2009.
//
//   auto [train, test, classes] = nn::load_cifar10("cifar-10-batches-bin");      // data_batch_1.bin … 5, test_batch.bin, batches.meta.txt
//   train.inputs.shape();                                                        // [50000x3x32x32], 0 .. 1
//   auto hundred = nn::load_cifar100("cifar-100-binary");                        // train.bin, test.bin, fine_label_names.txt, …

#include <filesystem>
#include <nn/data/dataset.hpp>
#include <string>
#include <vector>

namespace seegrad::nn {

struct cifar {
  dataset train, test;               ///< inputs [N, 3, 32, 32], targets [N]
  std::vector<std::string> classes;  ///< what the labels are called
};

/// Images float32 [N, 3, 32, 32] scaled to 0 .. 1, labels int64 [N]; any number of pictures a file. Files may be packed by gzip, under the
/// same names. Throws if a file is missing, ends within a picture, or has a label that is no class.
auto load_cifar10(const std::filesystem::path& folder) -> cifar;

/// Of CIFAR-100 each picture has two labels: one of 100 classes, and one of 20 that these belong to.
enum class cifar_labels { fine, coarse };
/// The same of CIFAR-100, with the labels that are asked for.
auto load_cifar100(const std::filesystem::path& folder, cifar_labels which = cifar_labels::fine) -> cifar;

}  // namespace seegrad::nn
