#pragma once
// Inputs and targets in two .npy files that stay on the disk: a batch reads its rows, so that the files may be larger than memory.
//
//   nn::mapped_data train("images.npy", "labels.npy", {.inputs_as = float32, .divisor = 255});     // bytes become 0 … 1
//   nn::fit(model, train, {.validation = nn::mapped_data("images_test.npy", "labels_test.npy", {.inputs_as = float32, .divisor = 255})});
//
// Batches are those that the same arrays in memory would give, to the same bits and in the same order. What a mapped file asks of its user
// is said in autodiff/array/mapped_npy.hpp.

#include <autodiff/array/mapped_npy.hpp>
#include <nn/data/data_source.hpp>
#include <optional>

namespace seegrad::nn {

struct mapped_options {
  std::optional<dtype> inputs_as = std::nullopt, targets_as = std::nullopt;  ///< none: the type that load_npy gives
  double divisor = 1;                                                        ///< of the inputs, which are floating then
  file_access access = file_access::automatic;                               ///< how the files are read
};

class mapped_data : public sample_source {
 public:
  /// Throws what mapped_npy throws, if the files have different numbers of rows, and for a divisor that is 0, not finite, or divides whole
  /// numbers.
  mapped_data(const std::filesystem::path& inputs, const std::filesystem::path& targets, const mapped_options& how = {});

  auto size() const -> index_t override { return inputs_.size(); }
  auto batch(std::span<const std::int64_t> numbers) const -> dataset override;

 private:
  mapped_npy inputs_, targets_;
  dtype inputs_as_, targets_as_;
  double divisor_;
};

}  // namespace seegrad::nn
