#pragma once
// What a model is trained on: a dataset, which lies in memory, or samples that are brought when a batch asks for them, of which there
// may be more than memory holds.
//
//   nn::fit(model, nn::dataset{x, y});                      // a dataset is a data_source
//   nn::fit(model, nn::image_folder("flowers"));            // and so is whatever derives from sample_source
//
//   struct sines : nn::sample_source {
//     auto size() const -> index_t override { return 1'000'000'000; }
//     auto batch(std::span<const std::int64_t> numbers) const -> nn::dataset override {
//       array x(std::vector<double>(numbers.begin(), numbers.end()), {index_t(numbers.size()), 1});
//       return {x, sin(x)};
//     }
//   };

#include <concepts>
#include <cstdint>
#include <memory>
#include <nn/data/dataset.hpp>
#include <span>

namespace seegrad::nn {

/// Samples that are brought when a batch asks for them: what a source of one's own is derived from.
class sample_source {
 public:
  virtual ~sample_source() = default;
  /// How many samples.
  virtual auto size() const -> index_t = 0;
  /// The samples with these numbers, in this order, a row each; numbers are 0 .. size() - 1, and one may come again. Several threads may
  /// call it at once.
  virtual auto batch(std::span<const std::int64_t> numbers) const -> dataset = 0;
  /// The order of a shuffled pass: each number once, [size()], int64, decided by the generator alone. Whoever reads some orders much
  /// faster than others gives one of these.
  virtual auto order(generator& g) const -> array { return permutation(g, size()); }
};

class data_source {
 public:
  data_source(dataset data) : memory_(std::move(data)) {}
  data_source(array inputs, array targets) : memory_{std::move(inputs), std::move(targets)} {}
  data_source(std::shared_ptr<const sample_source> source);
  template <std::derived_from<sample_source> S>
  data_source(S source) : source_(std::make_shared<const S>(std::move(source))) {}

  /// Throws for a dataset whose arrays do not fit.
  auto size() const -> index_t;
  /// Throws for a number out of range, and for what the source throws or if it gives another number of samples.
  auto batch(std::span<const std::int64_t> numbers) const -> dataset;
  /// Samples begin .. end - 1; views of a dataset. Throws unless 0 <= begin <= end <= size().
  auto range(index_t begin, index_t end) const -> dataset;
  /// That of the source for a shuffled pass: each number once, [size()], int64.
  auto order(generator& g) const -> array;
  /// The samples with these numbers as a source of their own, such as a part to validate with: `index` is [k], int64, negative numbers
  /// count from the end. Nothing is brought yet. Throws for a number out of range.
  auto only(const array& index) const -> data_source;

  /// The dataset in memory; null if samples are brought.
  auto in_memory() const -> const dataset* { return source_ ? nullptr : &memory_; }

 private:
  dataset memory_;
  std::shared_ptr<const sample_source> source_;
};

}  // namespace seegrad::nn
