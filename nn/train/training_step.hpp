#pragma once
// The steps of a training loop of one's own, recorded where that is needed and else run by a program of the record, to the same bits.
//
//   nn::training_step step(model, [](const tensor& y, const tensor& t) { return nn::mse_loss(y, t); });
//   for (const auto& batch : loader) {
//     const auto& done = step(batch);                        // loss, prediction and gradients
//     optimiser.step(model, done.gradients);
//   }
//
// The numbers of the parameters and of the batch may be others at every step, and so may what is drawn from generators of the model and what its
// buffers hold. Batches of another shape are recorded. The code of model and loss is not called in a step that is run; see train/step_replay.hpp for which
// those are, and nn/module/step_notes.hpp for modules that do more than compute.

#include <nn/data/dataset.hpp>
#include <nn/train/model_face.hpp>

namespace seegrad::nn {

/// The loss of a batch: of what the model gives, and of the targets.
using loss_function = std::function<tensor(const tensor&, const tensor&)>;

/// What a step gives: the optimiser makes its update of it.
struct step_outcome {
  double loss = 0;               ///< of the batch
  array prediction;              ///< what the model gave
  std::vector<array> gradients;  ///< by parameter, null where there is none
};

/// Thrown for a loss that is infinite or NaN, by the recorded step that knows why.
class loss_not_finite : public error {
 public:
  loss_not_finite(double loss, std::string why);
  double loss;      ///< what it was
  std::string why;  ///< where the number was born
};

class training_step {
 public:
  /// Without `replay`, every step is recorded. The model stays where it is.
  template <class M>
  training_step(M& model, loss_function loss, bool replay = true)
      : training_step(detail::face_of(model), std::move(loss), replay) {}
  training_step(detail::model_face model, loss_function loss, bool replay);
  ~training_step();
  training_step(const training_step&) = delete;
  auto operator=(const training_step&) -> training_step& = delete;

  /// Loss, prediction and gradients, these times `share`. What is given back is good until the next step. Throws what model and loss throw, and
  /// loss_not_finite.
  auto operator()(const dataset& batch, double share = 1) -> const step_outcome&;
  /// The next step is recorded: after a change of the model to which its parameters, generators and buffers do not bear witness, such as of its mode.
  auto record_next() -> void;
  /// How many steps were run and not recorded.
  auto steps_run() const -> index_t;
  /// Why every step is recorded now, where steps were to be run and the records do not allow it; else empty.
  auto why_recorded() const -> std::string;

 private:
  class parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace seegrad::nn
