#pragma once
// Prediction as a program: a model in eval mode, recorded once for inputs of one shape.
//
//   const auto predict = nn::compile(model, example);          // an array [32, 784]
//   array y = predict(x);                                      // of any array of that shape
//
// It has the numbers that the model has now, shares their memory until the model is trained on, and does not need the model any more. Weights of products it
// keeps a second time, from its first run on, in the order in which a product of several rows reads them. It may be copied at no cost, and run
// by several threads at once.

#include <autodiff/run/array_program.hpp>
#include <nn/module/step_notes.hpp>
#include <nn/train/data_view.hpp>
#include <nn/train/model_face.hpp>

namespace seegrad::nn {

class predictor;
namespace detail {
auto compile(const model_face& model, const array& example) -> predictor;
}

class predictor {
 public:
  /// What the model says of x. Throws for another shape or type than the example's; where a branch of the model's own would now go another way
  /// (guard_failure); and for numbers that a module refuses, such as an index out of range.
  auto operator()(const array& x) const -> array;

  /// Records in the active graph what it computes of x, whose numbers are right for it: to be drawn, checked, or exported by save_onnx
  /// (save/onnx.hpp), which then writes what the program runs. Throws as a prediction does, and if parts of x enter on their own.
  auto record(const tensor& x) const -> tensor;

  /// The program that it runs, to be looked at or saved.
  auto program() const -> const array_program& { return program_; }

 private:
  friend auto detail::compile(const detail::model_face& model, const array& example) -> predictor;
  explicit predictor(array_program p) : program_(std::move(p)) {}
  auto check_form(const array& x) const -> void;

  array_program program_;
  dims shape_;
  dtype type_ = float64;
  std::vector<detail::data_view> views_;  // of the inputs, by input of the program
  std::vector<detail::number_sources> looked_at_;
  std::vector<std::function<bool(numbers_now)>> conditions_;  // on them
};

/// The example is not changed and only its shape and type matter, unless the model looks at its numbers. The modes of the modules are afterwards as before. Throws
/// what the model throws, and if what it gives was not recorded.
template <class M>
auto compile(M& model, const array& example) -> predictor {
  return detail::compile(detail::face_of(model), example);
}

}  // namespace seegrad::nn
