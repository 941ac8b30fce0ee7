#pragma once
// A dataset in several parts, such as files, one of which at a time need be at hand.
//
//   nn::shards train({nn::mapped_data("x0.npy", "y0.npy"), nn::mapped_data("x1.npy", "y1.npy")});
//   nn::fit(model, train);
//
// The samples of the first part come first, then those of the second, and so on. A shuffled pass takes the parts in random order, and all
// samples of one, in random order, before the next: so a part is read once a pass. The order is decided by the generator alone. It
// mixes less than one over all samples, so that what is alike, as a class, should not lie in a part of its own.
// Archives as parts: nn/save/shard_files.hpp.

#include <nn/data/data_source.hpp>
#include <vector>

namespace seegrad::nn {

class shards : public sample_source {
 public:
  /// Throws if there are none.
  explicit shards(std::vector<data_source> parts);

  /// How many samples there are in all.
  auto size() const -> index_t override { return starts_.back(); }
  /// Throws if the samples of two parts differ in shape or type.
  auto batch(std::span<const std::int64_t> numbers) const -> dataset override;
  auto order(generator& g) const -> array override;

 private:
  std::vector<data_source> parts_;
  std::vector<index_t> starts_{0};  // the number of the first sample of each part, and of all
};

}  // namespace seegrad::nn
