#pragma once
// A dataset in several archives, of which one at a time is in memory.
//
//   nn::shards train = nn::shard_files({"train-0.npz", "train-1.npz", "train-2.safetensors"}, {.inputs = "x", .targets = "y"});
//   nn::fit(model, train, {.validation = nn::shard_files({"valid.npz"}, {.inputs = "x", .targets = "y"})});
//
// Each archive has an array of inputs and one of targets. How they are shuffled is said in nn/data/shards.hpp; batches in an order
// that jumps from archive to archive are right, and read an archive at every jump.

#include <filesystem>
#include <nn/data/shards.hpp>
#include <string>
#include <vector>

namespace seegrad::nn {

/// What the two arrays are called in each file.
struct shard_names {
  std::string inputs = "inputs", targets = "targets";  ///< of the arrays
};

/// Reads the headers, to know how many samples there are. Throws for a file that is neither .npz nor .safetensors by its suffix, one that
/// is damaged or lacks an array of these names, and for inputs and targets with different numbers of rows.
auto shard_files(const std::vector<std::filesystem::path>& files, const shard_names& names = {}) -> shards;

}  // namespace seegrad::nn
