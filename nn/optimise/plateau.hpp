#pragma once
// What looks at a loss or a score after each epoch: a learning rate that falls when there is no progress, and the end of
// training.
//
//   nn::reduce_on_plateau plateau{{.lr = 0.1, .patience = 3}};
//   nn::early_stopping stop{{.patience = 10}};
//   for (int epoch = 0; epoch < 1000; ++epoch) {
//     …
//     optimiser.options.lr = plateau.step(loss);
//     if (stop.step(loss)) break;
//   }
//
// Both are small values, copied as they are; their state() is saved and restored beside the optimiser's. A loss that is not a
// number is never progress.

#include <autodiff/array/array.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace seegrad::nn {

/// Whether less or more is better.
enum class progress { min, max };
/// A part of the best so far, or a number.
enum class threshold_mode { rel, abs };

struct reduce_on_plateau_options {
  double lr = 1e-3;                                             ///< the learning rate to begin with
  progress mode = progress::min;                                ///< whether the metric is to fall or to rise
  double factor = 0.1;                                          ///< of a reduction, below 1
  std::int64_t patience = 10;                                   ///< epochs without progress that are put up with
  double threshold = 1e-4;                                      ///< progress is to be better than the best by more than this
  nn::threshold_mode threshold_mode = nn::threshold_mode::rel;  ///< what the threshold is a part of
  std::int64_t cooldown = 0;                                    ///< epochs after a reduction that do not count
  double min_lr = 0;                                            ///< no rate below it
  double eps = 1e-8;                                            ///< a smaller reduction is not made
};

/// torch.optim.lr_scheduler.ReduceLROnPlateau.
class reduce_on_plateau {
 public:
  /// Throws if the factor is not below 1, or a number is negative.
  explicit reduce_on_plateau(const reduce_on_plateau_options& o = {});
  /// The learning rate to go on with, after an epoch that gave `metric`.
  auto step(double metric) -> double;
  /// The learning rate as it is.
  auto lr() const -> double { return lr_; }
  /// The best metric so far.
  auto best() const -> double { return best_; }

  /// What later steps depend on, beside the options; load_state goes on from there, and throws for a state of anything else.
  auto state() const -> std::map<std::string, array>;
  /// Goes on from a state. Throws, and changes nothing, for anything else.
  auto load_state(const std::map<std::string, array>& state) -> void;

 private:
  reduce_on_plateau_options options_;
  double lr_, best_;
  std::int64_t bad_ = 0, cooldown_left_ = 0;
};

struct early_stopping_options {
  std::int64_t patience = 10;     ///< epochs without progress after which training stops
  double min_delta = 0;           ///< progress is to be better than the best by more than this
  progress mode = progress::min;  ///< whether the metric is to fall or to rise
};

/// Ends training when a loss or score has not become better for some epochs.
class early_stopping {
 public:
  /// Throws if a number is negative.
  explicit early_stopping(const early_stopping_options& o = {});
  /// Whether to stop, after an epoch that gave `metric`: there was no progress in the last `patience` epochs, and in one at
  /// least.
  auto step(double metric) -> bool;
  /// Whether the last epoch was the best so far: the time to save the model.
  auto improved() const -> bool { return epochs_ > 0 && bad_ == 0; }
  /// The best metric so far.
  auto best() const -> double { return best_; }
  /// Counted from 0; -1 if there was none.
  auto best_epoch() const -> std::int64_t { return best_epoch_; }

  /// What later steps depend on, beside the options.
  auto state() const -> std::map<std::string, array>;
  /// Goes on from a state. Throws, and changes nothing, for anything else.
  auto load_state(const std::map<std::string, array>& state) -> void;

 private:
  early_stopping_options options_;
  double best_;
  std::int64_t bad_ = 0, epochs_ = 0, best_epoch_ = -1;
};

}  // namespace seegrad::nn
