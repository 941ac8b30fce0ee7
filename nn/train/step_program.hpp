#pragma once
// A training step as a program: recorded once, and run with other data and other numbers of the parameters.

#include <autodiff/run/array_program.hpp>
#include <nn/module/step_notes.hpp>
#include <nn/train/data_view.hpp>
#include <nn/train/training_step.hpp>
#include <optional>

namespace seegrad::nn::detail {

/// The data of a step as they enter its record: as nodes, so that what is computed of them is recorded. Whole numbers, such as labels, and targets of
/// another type than the inputs are constants, which layers and losses look into.
struct step_data {
  /// Not as nodes, unless the record is to be a program.
  step_data(const dataset& part, bool as_nodes);
  tensor inputs, targets;
};

class step_program {
 public:
  /// What a step may change beside the parameters.
  struct standing {
    std::vector<generator::state> generators;
    std::vector<array> buffers;
  };
  static auto now(const model_face& model) -> standing;
  /// Of what was just recorded in the active graph. Nothing where the record does not know all that the step did: if a number was drawn
  /// outside of it, or a buffer changed without a note (module/step_notes.hpp).
  static auto made(const model_face& model, const step_data& data, const dataset& part, const tensor& prediction,
                   const tensor& loss, const step_notes& notes, const standing& before) -> std::optional<step_program>;

  /// Whether both are made of the same record, but for the numbers of parameters and data.
  auto agrees_with(const step_program& other) const -> bool;
  /// Whether it is the program of this batch and this model: shapes, types and what is frozen.
  auto fits(const dataset& part) const -> bool;
  /// The step, with `share` as the cotangent of the loss. Draws from the model's generators and sets its buffers as the recorded step did. False, and
  /// then nothing is changed, where the step has to be recorded: where a guard or a condition fails, or anything else is wrong.
  auto run(const dataset& part, double share, step_outcome& done) -> bool;
  /// Why the last run was none.
  auto why_not() const -> const std::string& { return why_not_; }
  /// Gives back the memory of the last run, for a step that is recorded beside it.
  auto release() -> void { now_.clear(), slopes_.clear(); }

 private:
  /// Numbers that are drawn, so many blocks, from the generator of that number.
  struct draw {
    std::size_t generator;
    index_t blocks;
    friend auto operator==(const draw&, const draw&) -> bool = default;
  };
  struct used_parameter {
    std::size_t number;
    dims shape;
    dtype type;
    friend auto operator==(const used_parameter&, const used_parameter&) -> bool = default;
  };
  /// What is made of the data before the program runs: an array in the place behind it.
  struct made_of_data {
    number_sources of;
    dims shape;
    dtype type;
    std::function<array(numbers_now)> make;
    friend auto operator==(const made_of_data& a, const made_of_data& b) -> bool {
      return a.of == b.of && a.shape == b.shape && a.type == b.type;
    }
  };
  class maker;

  explicit step_program(array_program p) : program_(std::move(p)) {}
  auto make_data(const dataset& part) -> bool;
  auto give() -> void;
  auto take_back(std::string why) -> bool;

  array_program program_;
  std::vector<used_parameter> parameters_;
  std::vector<parameter*> all_parameters_;
  std::vector<generator*> generators_;
  std::vector<bool> trainable_;
  dims input_shape_, target_shape_;
  dtype input_type_ = float64, target_type_ = float64, loss_type_ = float64;
  std::vector<made_of_data> made_;
  std::vector<data_view> views_;
  std::vector<draw> draws_;
  std::size_t results_ = 2;
  std::vector<number_sources> condition_sources_, effect_sources_;
  std::vector<step_notes::condition> conditions_;
  std::vector<step_notes::effect> effects_;
  // Of one step, kept for the next.
  std::vector<array> data_, given_, seeds_, now_, slopes_;
  std::vector<generator::state> before_;
  std::string why_not_;
};

}  // namespace seegrad::nn::detail
