#pragma once
// All that training depends on, in one file: it is written beside its target and renamed, so there is always a whole one.

#include <nn/train/fit.hpp>

namespace seegrad::nn::detail {

/// Where training stands: in which epoch, after how many of its batches, and what has been summed up in it.
struct standing {
  index_t epoch = 0, batch = 0;
  double loss_sum = 0, metric_sum = 0, samples = 0;
};

auto save_checkpoint(const std::filesystem::path& file, const model_face& model, const fit_result& so_far, const standing& at,
                     const std::map<std::string, std::string>& options) -> void;
/// Throws, and changes nothing, for a file that is not a checkpoint, or of another model, optimiser or other options.
auto load_checkpoint(const std::filesystem::path& file, const model_face& model, fit_result& so_far, standing& at,
                     const std::map<std::string, std::string>& options) -> void;

}  // namespace seegrad::nn::detail
