#pragma once
// Training, for the usual case.
//
//   nn::fit_options how{.epochs = 10, .optimiser = nn::adam{{.lr = 1e-3}}, .validation = valid};
//   const auto result = nn::fit(model, train, how);              // prints a line an epoch, with a bar on a terminal
//   nn::evaluate(model, test).metric;                            // 0.884: the share of right answers
//
// It is this loop, with a face for each of its parts, so that the unusual case writes its own:
//
//   graph g;
//   for (int epoch = 0; epoch < epochs; ++epoch)
//     for (const auto& [x, y] : loader) {
//       rewind_scope step;
//       const auto loss = nn::cross_entropy(model(x), y);
//       backward(loss, adjoints::inputs);
//       optimiser.step(model);
//     }
//
// or, to the same bits, this one, in which most steps are not recorded (training_step.hpp), as they are not in fit:
//
//   nn::training_step step(model, loss);
//   for (int epoch = 0; epoch < epochs; ++epoch)
//     for (const auto& batch : loader) optimiser.step(model, step(batch).gradients);
//
// The same seeds give the same numbers, to the bit, with any number of threads. With a checkpoint file, training that was interrupted or
// killed at any moment goes on from the last checkpoint and ends with the bits it would have ended with. Ctrl-C finishes the step, writes
// the checkpoint and returns; a second one ends the program. A loss that is not finite is an error that says where it was born.
//
// With .page = "run.html" a browser shows losses and the norms of gradients and weights of each layer while training goes on; with
// .tensorboard = "runs/first" TensorBoard does. Both only look: the numbers of training are the same.

#include <cstdio>
#include <filesystem>
#include <nn/data/data_loader.hpp>
#include <nn/loss/loss.hpp>
#include <nn/optimise/optimiser.hpp>
#include <nn/optimise/schedule.hpp>
#include <nn/save/state.hpp>
#include <nn/see/history.hpp>
#include <nn/train/model_face.hpp>
#include <nn/train/training_step.hpp>

namespace seegrad::nn {

/// What is said of predictions beside the loss: a name for tables and the function of predictions and targets.
struct metric {
  std::string name;                                      ///< "accuracy"
  std::function<double(const array&, const array&)> of;  ///< predictions and targets, each with all samples
};

enum class progress_style {
  automatic,  ///< a bar and lines that fit if the output is a terminal, whole lines otherwise
  bar,
  lines,  ///< one an epoch
  none
};

/// Steps that are alike need not all be recorded: most are run by a program of the record, to the same bits (train/step_replay.hpp). The
/// code of the model and of the loss is then not called at every step, which is seen where it does more than compute: where it counts,
/// prints, or throws dice of its own.
enum class replaying {
  automatic,  ///< with the usual losses; with a loss of the caller's, every step is recorded
  always,
  never
};

struct fit_options {
  int epochs = 10;          ///< passes over the data
  index_t batch_size = 64;  ///< samples of a step
  /// Each batch goes through in so many parts, one after the other, whose gradients add up: less memory for the same step.
  index_t micro_batches = 1;
  nn::optimiser optimiser = adam{};  ///< with its options and groups
  nn::schedule schedule = {};        ///< the learning rate of each epoch, counted from 0; none: what the optimiser has
  loss_function loss = {};           ///< none: cross entropy for targets of whole numbers, the mean square error otherwise
  std::optional<nn::metric> metric = std::nullopt;       ///< none: accuracy for targets of whole numbers
  std::optional<data_source> validation = std::nullopt;  ///< measured after each epoch
  /// By the loss of the validation set, or of training without one.
  std::optional<early_stopping_options> early_stopping = std::nullopt;
  double clip_norm =
      std::numeric_limits<double>::infinity();  ///< the largest norm of a gradient; larger ones are scaled down to it
  bool shuffle = true, drop_last = false;       ///< a new order for each epoch; whether a last batch that is smaller is left out
  nn::replaying replay = replaying::automatic;  ///< whether steps are run by programs
  std::uint64_t seed = 1;                       ///< of orders and of a transform's random numbers
  int prefetch = 0;                             ///< batches that a thread prepares ahead
  std::function<dataset(dataset, generator&)> transform = {};  ///< changes each batch of training, as that of loader_options
  std::filesystem::path checkpoint = {};                       ///< where to write to, and to go on from if it is there
  int checkpoint_epochs = 1;                                   ///< how often
  index_t checkpoint_steps = 0;                                ///< within an epoch, too
  std::filesystem::path page = {};         ///< an HTML file that shows training while it goes on, and loads itself again
  std::filesystem::path tensorboard = {};  ///< a folder for event files, which TensorBoard shows
  progress_style progress = progress_style::automatic;   ///< what is said while training goes on
  std::FILE* log = stdout;                               ///< where it is said
  bool flush_to_zero = true;                             ///< denormal numbers count as 0 while training
  std::function<bool(const history&)> after_epoch = {};  ///< false ends training
};

/// What became of a training.
struct fit_result {
  nn::history history;      ///< epoch, loss, the metric, the same of the validation set, the learning rate, seconds
  nn::optimiser optimiser;  ///< as it was left, to go on with
  bool interrupted = false, stopped_early = false;  ///< by Ctrl-C, after a whole step; by early_stopping or after_epoch
  index_t steps_run = 0;                            ///< how many steps, or parts of steps, were run and not recorded
  std::string why_recorded = {};  ///< why the last ones were all recorded, where they were to be run and could not
};

/// What evaluate measured.
struct evaluation {
  double loss, metric;  ///< NaN if there is no metric
};

namespace detail {

auto fit(const model_face& model, const data_source& data, fit_options how) -> fit_result;
auto evaluate(const model_face& model, const data_source& data, const loss_function& loss, const std::optional<metric>& metric,
              index_t batch_size) -> evaluation;
auto predict(const model_face& model, const array& inputs, index_t batch_size) -> array;

}  // namespace detail

/// Trains the model in place. Throws for data without samples, options out of range, a checkpoint of another model or other options, and
/// where the loss is not finite; the model is then as after the last step. The modes of the modules are afterwards as before.
template <class M>
auto fit(M& model, const data_source& data, fit_options how = {}) -> fit_result {
  return detail::fit(detail::face_of(model), data, std::move(how));
}

/// Loss and metric over the samples, in eval mode and without recording. The modes of the modules are afterwards as before.
template <class M>
auto evaluate(M& model, const data_source& data, const loss_function& loss = {},
              const std::optional<metric>& metric = std::nullopt, index_t batch_size = 256) -> evaluation {
  return detail::evaluate(detail::face_of(model), data, loss, metric, batch_size);
}

/// What the model says of each sample, in eval mode and without recording. The modes of the modules are afterwards as before.
template <class M>
auto predict(M& model, const array& inputs, index_t batch_size = 256) -> array {
  return detail::predict(detail::face_of(model), inputs, batch_size);
}

}  // namespace seegrad::nn
