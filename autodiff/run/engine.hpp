#pragma once
// Runs the code of a program: over blocks of points, by the loops that arrays have, or at one point by the functions that numbers have.

#include <autodiff/run/code.hpp>
#include <span>
#include <vector>

namespace seegrad::run {

/// Points one behind the other, each with all its numbers; null spans where there is nothing to read or to write.
struct points {
  std::span<const double> inputs, seeds;  ///< seeds: one for each result, the same at every point
  std::span<double> results, slopes;
  std::size_t count = 0;
};

class engine {
 public:
  explicit engine(code c);
  ~engine();
  engine(const engine&) = delete;
  auto operator=(const engine&) -> engine& = delete;

  auto program() const -> const code& { return code_; }
  /// Throws guard_failure if a question is answered otherwise at one of the points; results and slopes are then those of some of the points.
  auto run(const points& p) const -> void;

 private:
  struct step;

  auto run_block(const points& p, std::size_t first, std::size_t count, double* memory) const -> void;
  auto run_one(const points& p, std::size_t at, double* memory) const -> void;
  template <class At>
  auto ask(At at) const -> void;

  code code_;
  std::vector<step> steps_;
  std::size_t block_;  // points that are computed at once
};

}  // namespace seegrad::run
