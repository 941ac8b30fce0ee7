#pragma once
// Runs a program that was turned sideways, a point at a time.

#include <autodiff/run/points.hpp>
#include <autodiff/run/wide/wide_code.hpp>

namespace seegrad::detail::run {

class wide_engine {
 public:
  explicit wide_engine(wide_code c) : c_(std::move(c)) {}

  /// One point. Throws guard_failure if a question of the code that it was made of is answered otherwise.
  auto run(const points& p, const code& of) const -> void;
  auto program() const -> const wide_code& { return c_; }

 private:
  auto run_group(const wide_group& g, double* memory, double* spare) const -> void;
  auto add_up(const wide_group& g, double* memory, double* spare) const -> void;
  auto bring_together(const wide_operand& o, const double* memory, std::size_t first, std::size_t count, double* to) const
      -> void;
  auto at(const wide_operand& o, double* memory, std::size_t first, std::size_t count, double* spare) const -> const double*;

  wide_code c_;
};

}  // namespace seegrad::detail::run
