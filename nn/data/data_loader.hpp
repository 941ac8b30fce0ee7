#pragma once
// Batches of data, pass after pass, each pass in an order of its own.
//
//   nn::data_loader loader(train, {.batch_size = 64, .seed = 1});
//   for (int epoch = 0; epoch < 10; ++epoch)
//     for (const auto& [x, y] : loader) step(x, y);
//
//   loader.set_epoch(7);                               // training that is resumed sees the batches that it would have seen
//   nn::data_loader noisy(train, {.transform = [](nn::dataset batch, generator& random) {
//     return nn::dataset{nn::gaussian_noise(random, batch.inputs, 0.1), batch.targets};
//   }});
//
// The order is decided by the seed and the number of the pass (epoch) alone, and what a transform draws by these and the number
// of the batch. Shuffled batches are copies; without shuffling they are views of the data. Samples that are brought when they are asked
// for come in the same order as the same samples in memory, unless their source has an order of its own.
//
// `prefetch` batches are prepared ahead by a thread, with the same results. It pays off if a transform takes as long as a
// training step, or reading does. Copying rows alone does not: and once a program has a second thread, counting the handles of arrays is
// atomic, which makes each small operation slower (autodiff/array/array.hpp). So it is 0 by default.

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <nn/data/data_source.hpp>

namespace seegrad::nn {

struct loader_options {
  index_t batch_size = 64;  ///< samples in a batch, at least 1
  bool shuffle = true;      ///< each pass in an order of its own, decided by the seed and the number of the pass
  std::uint64_t seed = 1;   ///< of the orders, and of the generators that a transform is given
  bool drop_last = false;   ///< Leave out a last batch that would be smaller.
  int prefetch = 0;         ///< How many batches a thread prepares ahead; 0: none, and no thread.
  /// Changes a batch before it is handed out. With prefetch it is called on another thread, one call at a time, and should draw
  /// from the generator it is given only.
  std::function<dataset(dataset, generator&)> transform = {};
};

namespace detail {
class loader_pass;
}

class data_loader {
 public:
  /// Throws for a dataset without samples, axes of different lengths, or options out of range. What is changed in a dataset later
  /// is not seen.
  explicit data_loader(data_source data, loader_options how = {});

  /// Goes through one pass; copies share it. What a transform throws comes out of ++, or begin() for the first batch, and ends
  /// the pass.
  class iterator {
   public:
    /// A batch, as std::iterator_traits asks.
    using value_type = dataset;
    /// As std::iterator_traits asks.
    using difference_type = std::ptrdiff_t;

    /// The batch: inputs and targets with batch_size samples, the last with what is left. Good until the iterator goes on.
    auto operator*() const -> const dataset&;
    /// The batch's fields.
    auto operator->() const -> const dataset* { return &**this; }
    /// To the next batch. Throws what the transform throws.
    auto operator++() -> iterator&;
    /// The same; there is no copy of the batch before.
    auto operator++(int) -> void { ++*this; }
    friend auto operator==(const iterator& i, std::default_sentinel_t) -> bool { return i.at_end(); }

   private:
    friend class data_loader;
    explicit iterator(std::shared_ptr<detail::loader_pass> pass) : pass_(std::move(pass)) {}
    auto at_end() const -> bool;

    std::shared_ptr<detail::loader_pass> pass_;
  };

  /// Begins a pass with the number epoch(), and counts it, also if it is left early.
  auto begin() -> iterator;
  /// Behind the last batch of a pass.
  auto end() const -> std::default_sentinel_t { return {}; }

  /// Batches in a pass.
  auto size() const -> index_t;
  /// What it takes its batches from.
  auto data() const -> const data_source& { return data_; }
  /// The number of the next pass; the first is 0.
  auto epoch() const -> std::uint64_t { return epoch_; }
  /// The next pass is that of this number, such as after a restart.
  auto set_epoch(std::uint64_t epoch) -> void { epoch_ = epoch; }

 private:
  data_source data_;
  loader_options how_;
  std::uint64_t epoch_ = 0;
};

}  // namespace seegrad::nn
