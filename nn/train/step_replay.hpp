#pragma once
// Which steps of a training are recorded, and which are run.
//
// A step that is run is right as long as recording it would give the same record. What a model and a loss do with computed numbers is in the
// record, as nodes or as guards, or is noted (module/step_notes.hpp); what their code does for reasons of its own is not. So a program has to show
// itself: the first two steps are recorded and must agree, and then the one after 1, 2, 4, 8, … steps that were run, and, in fit, the first of every
// epoch, as between epochs anything may be changed. Where two records differ otherwise, every step is recorded from then on.

#include <nn/train/step_program.hpp>

namespace seegrad::nn::detail {

class step_replay {
 public:
  /// Without `wanted`, all is recorded. The model stays where it is.
  step_replay(const model_face& model, bool wanted) : model_(model), given_up_(!wanted) {}

  /// Anything may have been changed.
  auto record_next() -> void { is_new_ = true; }
  /// The step by a program; false if it has to be recorded.
  auto run(const dataset& part, double share, step_outcome& done) -> bool;

  /// A step that is being recorded, to be compared with others. Nothing happens where there is no more to compare.
  class recording {
   public:
    recording(step_replay& r, const dataset& part);
    auto inputs() const -> const tensor& { return data_.inputs; }
    auto targets() const -> const tensor& { return data_.targets; }
    /// All is recorded, and the graph is still there.
    auto end(const tensor& prediction, const tensor& loss) -> void;

   private:
    step_replay& replay_;
    const dataset& part_;
    bool listens_;
    step_data data_;
    step_program::standing before_;
    std::optional<step_notes> notes_;
  };

  /// How many steps, or parts of steps, were run.
  auto steps_run() const -> index_t { return steps_run_; }
  /// Why no more are; empty where they are, or were not wanted.
  auto why_recorded() const -> const std::string& { return why_recorded_; }

 private:
  auto compare(std::optional<step_program> now) -> void;
  auto give_up(std::string why) -> void { given_up_ = true, why_recorded_ = std::move(why); }

  const model_face& model_;
  bool given_up_, is_new_ = true, due_ = false;
  std::optional<step_program> program_;    // two records agree on it
  std::optional<step_program> candidate_;  // of one record
  index_t interval_ = 1, until_due_ = 1, steps_run_ = 0;
  int differences_ = 0, refused_ = 0;
  std::string why_recorded_;
};

}  // namespace seegrad::nn::detail
