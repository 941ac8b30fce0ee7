#pragma once
// Runs a program of arrays, in memory that it keeps from run to run. Where an operation can be prepared (graph/prepared.hpp), a step is a call with
// addresses; else it goes through the operation's rule, as the sweep of a record does.

#include <autodiff/run/arrays/array_code.hpp>
#include <mutex>
#include <span>

namespace seegrad::detail::run {

class array_engine {
 public:
  explicit array_engine(array_code c);

  auto program() const -> const array_code& { return c_; }
  /// The results at x. With cotangents, one for each result, also what each input gets of them, in its shape and type. Throws for another number of inputs or
  /// another shape than was recorded, and guard_failure. What is in `results` and `slopes` of an earlier run is written over where nobody else
  /// holds it.
  auto run(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
           std::vector<array>* slopes) const -> void;

 private:
  // Of a run: by slot. One is kept for each thread that has run it at the same time as others.
  struct memory {
    explicit memory(const std::vector<array>& constants)
        : values(constants), adjoints(constants.size()), room(constants.size()) {}
    std::vector<array> values, adjoints;
    std::vector<array> room;  // what adjoints lay in before
  };
  struct prepared_step {
    prepared value;
    struct {
      bool hands_on = false;  // it gets the cotangent as it is
      prepared set, add;
    } vjp[max_arity];
  };
  class loan;

  auto prepare(const array_instruction& i) const -> prepared_step;
  auto take_inputs(memory& m, std::span<const array> x) const -> void;
  auto forward(memory& m) const -> void;
  auto ask(const memory& m) const -> void;
  auto backward(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void;
  auto seed(memory& m, std::span<const array> cotangents) const -> void;
  auto step_back(memory& m, const array_instruction& i, const prepared_step& quick) const -> void;
  auto give(memory& m, const array_instruction& i, const prepared_step& quick, std::uint32_t k, const array& cotangent) const -> void;
  auto give_quickly(memory& m, const array_instruction& i, const prepared_step& quick, std::uint32_t k, const array& cotangent) const
      -> bool;

  array_code c_;
  std::vector<prepared_step> quick_;
  mutable std::mutex access_;
  mutable std::vector<std::unique_ptr<memory>> idle_;
};

}  // namespace seegrad::detail::run
