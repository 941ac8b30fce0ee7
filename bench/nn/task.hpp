#pragma once
// A training step that several libraries take with the same first weights and the same batch: forward, backward and an update by SGD.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bench {

/// Numbers without a library's type; labels are whole.
struct numbers {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  bool labels = false;
};

struct task {
  std::string name;  // "MLP 784-128-10", …; which network it is
  std::int64_t batch = 1;
  double lr = 0.1;
  numbers x, y;
  std::map<std::string, numbers> weights;

  auto title() const -> std::string { return name + ", batch " + std::to_string(batch); }
};

/// The networks, with first weights and a batch made by seegrad.
auto all_tasks() -> std::vector<task>;

/// A step, which returns the loss before it; empty if the library is not there.
using step = std::function<double()>;
auto seegrad_step(const task& t) -> step;
/// The same, recorded once and run.
auto seegrad_run_step(const task& t) -> step;
auto torch_step(const task& t) -> step;

/// What the network says of the batch, in eval mode and without gradients: of seegrad by a program. Empty if the library is not there.
auto seegrad_prediction(const task& t) -> std::function<void()>;
auto torch_prediction(const task& t) -> std::function<void()>;
/// Of products of matrices and convolutions in a prediction.
auto multiply_adds_of(const task& t) -> double;

}  // namespace bench
