#pragma once
// What modules and losses do beside computing, so that a training step can be recorded once and then run (train/step_program.hpp).
//
// A record holds what is computed. Three things stand outside of it: what is done with computed numbers, such as the running statistics of
// batch normalisation; conditions on the data, such as that every label names a class; and what is made of the data alone, such as the weight
// of each label. Who writes a module or a loss of that kind says them here:
//
//   nn::in_each_step({mean}, {&*running_mean}, [this](std::span<const array> now) { running_mean->value = … now[0] …; });
//   nn::right_while({target}, [](std::span<const array> now) { return all(now[0] >= 0.0); });
//   const array weights = nn::from_data({target}, [=](std::span<const array> now) { return take(weight, now[0]); });
//
// Where nothing else listens, the first and the last do what they are given, and the second nothing.

#include <functional>
#include <nn/module/parameter.hpp>
#include <span>
#include <vector>

namespace seegrad::nn {

/// What a note of a step gives when it is run: other numbers in the place of those that were recorded.
using numbers_now = std::span<const array>;

namespace detail {

/// In this block, what is said is kept.
class step_notes {
 public:
  struct effect {
    std::vector<tensor> of;
    std::vector<buffer*> changed;
    std::function<void(numbers_now)> apply;
  };
  struct condition {
    std::vector<tensor> of;
    std::function<bool(numbers_now)> holds;
  };
  struct made_of_data {
    std::vector<tensor> of;
    array is;
    std::function<array(numbers_now)> make;
  };
  std::vector<effect> effects;
  std::vector<condition> conditions;
  std::vector<made_of_data> made;

  step_notes() : outer_(std::exchange(listening, this)) {}
  ~step_notes() { listening = outer_; }
  step_notes(const step_notes&) = delete;
  auto operator=(const step_notes&) -> step_notes& = delete;

  static thread_local step_notes* listening;

 private:
  step_notes* outer_;
};

}  // namespace detail

/// Does apply(values of the tensors), now and whenever the step is run again. It may keep pointers to the module, and sets these of its
/// buffers.
auto in_each_step(std::initializer_list<tensor> of, std::initializer_list<buffer*> changed,
                  std::function<void(numbers_now)> apply) -> void;
/// What is recorded in this step is right only for numbers of which holds(values) is true. The tensors are data of the step, or nodes.
template <class F>
auto right_while(std::initializer_list<tensor> of, F holds) -> void {
  if (auto* notes = detail::step_notes::listening) notes->conditions.push_back({of, std::move(holds)});
}

/// make(values of the tensors), now and whenever the step is run again: an array with memory of its own, in the same shape and type for other data of
/// the same shapes. The tensors are data of the step, or constants. What is computed of the result belongs into the record, or into `make`.
auto from_data(std::initializer_list<tensor> of, std::function<array(numbers_now)> make) -> array;

}  // namespace seegrad::nn
