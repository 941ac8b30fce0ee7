#include <nn/train/training_step.hpp>

#include <autodiff/derive/not_finite.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/train/step_replay.hpp>

namespace seegrad::nn {

loss_not_finite::loss_not_finite(double loss, std::string why)
    : error(fmt::format("training_step: the loss is {}: {}", loss, why)), loss(loss), why(std::move(why)) {}

class training_step::parts {
 public:
  parts(detail::model_face model, loss_function loss, bool replay)
      : model_(std::move(model)), loss_(std::move(loss)), replay_(model_, replay) {}

  auto step(const dataset& batch, double share) -> const step_outcome& {
    if (!replay_.run(batch, share, done_)) record(batch, share);
    return done_;
  }
  auto replay() -> detail::step_replay& { return replay_; }

 private:
  auto record(const dataset& batch, double share) -> void {
    done_ = {};
    graph g(with_guards);
    detail::step_replay::recording watched(replay_, batch);
    const auto prediction = model_.forward(watched.inputs());
    const auto loss = loss_(prediction, watched.targets());
    if (loss.size() != 1)
      throw error(fmt::format("training_step: the loss has the shape {}; it is of one element, as of a sum or a mean",
                              to_string(loss.shape())));
    if (const auto number = loss.value().item(); !std::isfinite(number))
      throw loss_not_finite(number, loss.is_constant() ? "nothing is trained" : why_not_finite(loss).text());
    backward(loss, array(share), adjoints::inputs);
    done_.loss = loss.value().item(), done_.prediction = prediction.value();
    for (const auto* p : model_.parameters()) done_.gradients.push_back(has_grad(*p) ? grad(*p) : array());
    watched.end(prediction, loss);
  }

  detail::model_face model_;
  loss_function loss_;
  detail::step_replay replay_;
  step_outcome done_;
};

training_step::training_step(detail::model_face model, loss_function loss, bool replay)
    : parts_(std::make_unique<parts>(std::move(model), std::move(loss), replay)) {}
training_step::~training_step() = default;

auto training_step::operator()(const dataset& batch, double share) -> const step_outcome& { return parts_->step(batch, share); }
auto training_step::record_next() -> void { parts_->replay().record_next(); }
auto training_step::steps_run() const -> index_t { return parts_->replay().steps_run(); }
auto training_step::why_recorded() const -> std::string { return parts_->replay().why_recorded(); }

}  // namespace seegrad::nn
