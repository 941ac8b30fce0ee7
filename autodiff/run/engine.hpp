#pragma once
// Runs the code of a program as it is best run: interpreted at first, as machine code when it is run often.

#include <atomic>
#include <autodiff/run/backend.hpp>
#include <autodiff/run/block.hpp>
#include <autodiff/run/compiled_source.hpp>
#include <autodiff/run/interpreter.hpp>
#include <autodiff/run/machine/machine_code.hpp>
#include <autodiff/run/wide/wide_engine.hpp>
#include <memory>

namespace seegrad::detail::run {

class engine {
 public:
  /// `wide` is the same program turned sideways, where that gains.
  engine(code c, std::optional<wide_code> wide, backend wanted);

  /// From now on it is run by what a compiler built.
  auto use(std::shared_ptr<const compiled_source> built) -> void { built_ = std::move(built); }

  auto program() const -> const code& { return interpreter_.program(); }
  /// Throws guard_failure if a question is answered otherwise at one of the points; results and slopes are then those of some of the points.
  auto run(const points& p) const -> void;
  /// How many bytes of machine code there are by now, for one point and for many.
  auto machine_bytes() const -> std::size_t;

 private:
  // Made once, by the thread that finds that it pays; others go on as they did.
  struct tier {
    enum class state { absent, being_made, ready, impossible };
    std::atomic<state> now{state::absent};
    std::atomic<std::size_t> points{0};
    std::unique_ptr<const machine_code> code;
  };

  auto machine(tier& t, width w, std::size_t points) const -> const machine_code*;
  auto run_built(const points& p) const -> bool;
  auto is_best_in_blocks() const -> bool;
  auto run_wide(const points& p) const -> void;
  auto run_one(const machine_code& m, const points& p) const -> bool;
  auto run_blocks(const machine_code& m, const points& p) const -> void;
  static auto give(const machine_code& m, const block& b, const points& p) -> bool;

  interpreter interpreter_;
  std::optional<wide_engine> wide_;
  backend wanted_;
  std::shared_ptr<const compiled_source> built_;
  mutable tier one_, many_;
};

}  // namespace seegrad::detail::run
