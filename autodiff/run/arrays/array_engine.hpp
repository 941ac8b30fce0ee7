#pragma once
// Runs a program of arrays, in memory that it keeps from run to run. Where an operation can be prepared (graph/prepared.hpp), a step is a call with
// addresses; operations element by element that follow each other go over large arrays together (chain_steps.hpp); all else goes through the operation's
// rule, as the sweep of a record does. The bits are those of the record in all three cases.

#include <autodiff/run/arrays/chain_steps.hpp>
#include <mutex>
#include <span>

namespace seegrad::detail::run {

class array_engine {
 public:
  explicit array_engine(array_code c) : c_(std::move(c)) {}

  auto program() const -> const array_code& { return c_; }
  /// The results at x. With cotangents, one for each result, also what each input gets of them, in its shape and type. Throws for another number of inputs or
  /// another shape than was recorded, and guard_failure. What is in `results` and `slopes` of an earlier run is written over where nobody else
  /// holds it.
  auto run(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
           std::vector<array>* slopes) const -> void;

 private:
  class loan;
  // What is made at the first run: a program that is only compared, or recorded, needs none of it.
  struct made {
    array_plan plan;
    std::vector<prepared_step> quick;
    // As they lie where an operation on whole arrays reads them, whose bits may go by that; else contiguous.
    std::vector<array> constants;
  };
  using memory = array_memory;

  auto make_once() const -> void;
  auto laid_out_constants() const -> std::vector<array>;
  auto prepare(const array_instruction& i) const -> prepared_step;
  auto operand(const array_instruction& i, std::uint32_t k) const -> std::uint32_t { return c_.operands[i.first + k]; }

  auto take_inputs(memory& m, std::span<const array> x) const -> void;
  auto forward(memory& m, bool with_sweep) const -> void;
  auto chain_forward(memory& m, std::uint32_t c, bool with_sweep) const -> bool;
  auto step_forward(memory& m, std::uint32_t n) const -> void;
  auto ask(const memory& m) const -> void;

  auto begin_sweep(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void;
  auto sweep_known(memory& m, std::uint32_t end) const -> void;
  auto backward(memory& m, std::vector<array>& slopes) const -> void;
  auto step_back(memory& m, std::uint32_t n) const -> void;
  auto give(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> void;
  auto give_quickly(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> bool;
  auto chain(memory& m, const array_plan::chain& c) const -> chain_steps { return {c_, made_.plan, made_.quick, c, m}; }

  auto forget(memory& m, const std::vector<std::uint32_t>& slots) const -> void;

  array_code c_;
  mutable std::once_flag is_made_;
  mutable made made_;
  mutable std::mutex access_;
  mutable std::vector<std::unique_ptr<memory>> idle_;
};

}  // namespace seegrad::detail::run
