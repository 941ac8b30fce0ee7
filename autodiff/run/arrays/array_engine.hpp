#pragma once
// Runs a program of arrays, in memory that it keeps from run to run. Where an operation can be prepared (graph/prepared.hpp), a step is a call with
// addresses; operations element by element that follow each other go over large arrays together (strips.hpp); all else goes through the operation's
// rule, as the sweep of a record does. The bits are those of the record in all three cases.

#include <array>
#include <autodiff/run/arrays/array_code.hpp>
#include <autodiff/run/arrays/array_plan.hpp>
#include <autodiff/run/arrays/strips.hpp>
#include <mutex>
#include <optional>
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
  // Of a run: by slot. One is kept for each thread that has run it at the same time as others.
  struct memory {
    explicit memory(const std::vector<array>& constants)
        : values(constants), adjoints(constants.size()), room(constants.size()), strip(constants.size(), none) {}
    std::vector<array> values, adjoints;
    std::vector<array> room;           // what small adjoints lay in before
    std::vector<std::uint32_t> strip;  // of a number or an adjoint that lives in a chain
    std::vector<strip_step> steps;
    std::vector<array> kept;  // until they have been made
  };
  class loan;
  struct prepared_vjp {
    bool hands_on = false;  // the operand gets the cotangent as it is
    prepared set, add;
  };
  struct prepared_step {
    prepared value;
    std::array<prepared_vjp, max_arity> vjp;
  };
  // What is made at the first run: a program that is only compared, or recorded, needs none of it.
  struct made {
    array_plan plan;
    std::vector<prepared_step> quick;
    std::vector<array>
        constants;  // as they lie where an operation on whole arrays reads them, whose bits may go by that; else contiguous
  };
  static constexpr auto none = array_plan::none;

  auto make_once() const -> void;
  auto laid_out_constants() const -> std::vector<array>;
  auto prepare(const array_instruction& i) const -> prepared_step;
  /// What is prepared of that vjp; nothing behind the first few operands, of which only lists have more.
  auto quick_vjp(std::uint32_t n, std::uint32_t k) const -> const prepared_vjp& {
    static const prepared_vjp nothing;
    return k < max_arity ? made_.quick[n].vjp[k] : nothing;
  }
  auto operand(const array_instruction& i, std::uint32_t k) const -> std::uint32_t { return c_.operands[i.first + k]; }

  auto take_inputs(memory& m, std::span<const array> x) const -> void;
  auto forward(memory& m, bool with_sweep) const -> void;
  auto step_forward(memory& m, std::uint32_t n) const -> void;
  auto chain_forward(memory& m, const array_plan::chain& c, bool with_sweep) const -> bool;
  auto ask(const memory& m) const -> void;

  auto backward(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void;
  auto seed(memory& m, std::span<const array> cotangents) const -> void;
  auto step_back(memory& m, std::uint32_t n) const -> void;
  auto give(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> void;
  auto give_quickly(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> bool;
  auto chain_back(memory& m, const array_plan::chain& c) const -> bool;

  // For small arrays, whose memory is found again.
  auto make_room(array& a, slot s) const -> void {
    if (!a.is_writable_in_place()) a = array::uninitialized(c_.forms[s].type, c_.forms[s].shape);
  }
  auto forget(memory& m, const std::vector<std::uint32_t>& slots) const -> void;
  /// Where the numbers of an array lie, if they are of one piece.
  static auto address(const array& a) -> std::optional<strip_address>;
  static auto in_strip(std::uint32_t number) -> strip_address { return {strip_address::between, nullptr, number}; }
  auto cotangent_address(memory& m, slot s) const -> strip_address;
  auto is_made_in(const array_plan::chain& c, slot s) const -> bool {
    const auto by = made_.plan.made_by[s];
    return by >= c.first && by < c.end;
  }

  array_code c_;
  mutable std::once_flag is_made_;
  mutable made made_;
  mutable std::mutex access_;
  mutable std::vector<std::unique_ptr<memory>> idle_;
};

}  // namespace seegrad::detail::run
