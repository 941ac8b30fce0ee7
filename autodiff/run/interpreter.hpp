#pragma once
// Runs the code of a program: over blocks of points, by the loops that arrays have, or at one point by the functions that numbers have.

#include <autodiff/run/code.hpp>
#include <autodiff/run/points.hpp>
#include <vector>

namespace seegrad::detail::run {

class interpreter {
 public:
  explicit interpreter(code c);
  ~interpreter();
  interpreter(const interpreter&) = delete;
  auto operator=(const interpreter&) -> interpreter& = delete;

  auto program() const -> const code& { return code_; }
  /// Throws guard_failure if a question is answered otherwise at one of the points; results and slopes are then those of some of the points.
  auto run(const points& p) const -> void;

 private:
  struct step;

  auto run_block(const points& p, std::size_t first, std::size_t count, double* memory) const -> void;
  auto run_one(const points& p, double* memory) const -> void;
  template <class At>
  auto ask(At at) const -> void;

  code code_;
  std::vector<step> steps_;
  std::size_t block_;  // points that are computed at once
};

}  // namespace seegrad::detail::run
