#pragma once
// A chain of a program of arrays, forwards or back: which step reads and writes what, in the order in which every strip goes through them.

#include <autodiff/run/arrays/array_memory.hpp>
#include <autodiff/run/arrays/array_plan.hpp>
#include <autodiff/run/arrays/prepared_step.hpp>
#include <optional>

namespace seegrad::detail::run {

class chain_steps {
 public:
  chain_steps(const array_code& c, const array_plan& plan, std::span<const prepared_step> quick, const array_plan::chain& chain,
              array_memory& m)
      : c_(c), plan_(plan), quick_(quick), chain_(chain), m_(m), ran_(m.ran_together[plan.chain_of[chain.first]]) {}

  // Each says false, and has done nothing, where something lies in several pieces.

  /// The values; with what the sweep back reads, unless that makes it again.
  auto forward(bool with_sweep) -> bool;
  auto back() -> bool;
  /// Both at once, for cotangents that are there before: what only this chain reads is nowhere but in strips.
  auto forward_and_back() -> bool;

 private:
  static constexpr auto none = array_memory::none;

  auto operand(const array_instruction& i, std::uint32_t k) const -> slot { return c_.operands[i.first + k]; }
  auto life(slot s) const -> const slot_life& { return plan_.uses.of_slot[s]; }
  auto is_made_here(slot s) const -> bool { return life(s).made_by >= chain_.first && life(s).made_by < chain_.end; }
  /// What enters.
  auto is_in_one_piece() const -> bool;
  auto value_address(slot s) const -> strip_address;
  auto cotangent_address(slot s) -> strip_address;

  auto take_strip(slot s) -> void;
  auto give_value(slot s) -> void;
  auto give_read_back(std::uint32_t n) -> void;

  auto compute(std::uint32_t n) -> void;
  enum class sweep { none, later, at_once };
  auto compute_all(sweep) -> void;
  auto compute_again() -> void;
  auto step_back(std::uint32_t n) -> void;
  auto sweep_back() -> void;
  auto run() -> void;

  const array_code& c_;
  const array_plan& plan_;
  std::span<const prepared_step> quick_;
  const array_plan::chain& chain_;
  array_memory& m_;
  char& ran_;  // this chain, forwards, in this run
  strip_list strips_;
};

/// Where the numbers of an array lie, if they are of one piece.
auto address_of(const array& a) -> std::optional<strip_address>;

}  // namespace seegrad::detail::run
