#pragma once
// What training and its measurements share: what they do where nothing else is asked for, and the modes of the modules.

#include <nn/train/fit.hpp>

namespace seegrad::nn::detail {

/// A dataset in memory as it is, and of what is brought one sample, or none: enough to see the types and shapes.
auto sample_of(const data_source& data) -> dataset;
/// Cross entropy for targets of whole numbers, the mean square error otherwise, which throws in the name of `who` for labels that are
/// fractions.
auto usual_loss(const dataset& data, std::string_view who) -> loss_function;
/// Accuracy for targets of whole numbers.
auto usual_metric(const dataset& data) -> std::optional<metric>;

/// All modules trained, or used, until the end of the block, and then as before.
class mode_guard {
 public:
  mode_guard(const model_face& model, bool training) : model_(model), before_(model.modes()) { model.train(training); }
  ~mode_guard() { model_.set_modes(before_); }
  mode_guard(const mode_guard&) = delete;
  auto operator=(const mode_guard&) -> mode_guard& = delete;

 private:
  const model_face& model_;
  std::vector<bool> before_;
};

}  // namespace seegrad::nn::detail
