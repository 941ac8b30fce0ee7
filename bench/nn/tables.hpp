#pragma once
// The tables of training that nn_table prints, one after the other.

#include "task.hpp"

#include <string>

namespace bench {

struct choice {
  std::string only;  // rows whose title has this in it
  int rounds = 9;
  bool alone = false;  // without libtorch, to look where the time goes
};

/// Microseconds a step of seegrad and of libtorch on one core. False if their losses differ.
auto table_of_steps(const choice& c) -> bool;
/// Microseconds a prediction without a graph takes, beside libtorch and the limit of the arithmetic.
auto table_of_predictions(const choice& c) -> void;
/// Two threads beside one, by the clock on the wall.
auto table_of_threads(const choice& c) -> void;
/// What a step takes of memory, beside what its values and gradients need, and how often it asks for more.
auto table_of_memory(const choice& c) -> void;
/// Bytes of the values of a step's nodes, of the batch and the weights among them, and of the gradients of the weights.
auto needed_bytes(const task& t) -> std::size_t;
/// Seconds an epoch of Fashion-MNIST takes, and the accuracy after five, of seegrad's `fit` and of a loop with libtorch.
auto table_of_epochs(const choice& c) -> void;

/// Fashion-MNIST as rows of 784 numbers between 0 and 1, and labels.
struct pictures {
  numbers train_x, train_y, test_x, test_y;
};
struct epochs_result {
  double seconds_an_epoch = 0, accuracy = 0;
};
/// 784-128-10 with ReLU, batches of 64, five epochs.
auto seegrad_epochs(const pictures& p, bool adam) -> epochs_result;
auto torch_epochs(const pictures& p, bool adam) -> epochs_result;

}  // namespace bench
