#pragma once
// Runs a program of arrays, in memory that it keeps from run to run.

#include <autodiff/run/arrays/array_code.hpp>
#include <mutex>
#include <span>

namespace seegrad::detail::run {

class array_engine {
 public:
  explicit array_engine(array_code c) : c_(std::move(c)) {}

  auto program() const -> const array_code& { return c_; }
  /// The results at x. With cotangents, one for each result, also what each input gets of them, in its shape and type. Throws for another number of inputs or
  /// another shape than was recorded, and guard_failure.
  auto run(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
           std::vector<array>* slopes) const -> void;

 private:
  // Of a run: by slot. One is kept for each thread that has run it at the same time as others.
  struct memory {
    std::vector<array> values, adjoints;
  };
  class loan;

  auto take_inputs(memory& m, std::span<const array> x) const -> void;
  auto forward(memory& m) const -> void;
  auto ask(const memory& m) const -> void;
  auto backward(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void;
  auto seed(memory& m, std::span<const array> cotangents) const -> void;
  auto step_back(memory& m, const array_instruction& i) const -> void;

  array_code c_;
  mutable std::mutex access_;
  mutable std::vector<std::unique_ptr<memory>> idle_;
};

}  // namespace seegrad::detail::run
