#pragma once
// A kernel recorded once by CppAD, its record optimised, and replayed at other points. Nothing of CppAD's is in this header, so
// that its headers never meet those of seegrad.

#include <memory>
#include <span>

namespace bench {

class cppad_replay {
 public:
  // Records a kernel of kernels.hpp at its own inputs.
  template <class Kernel>
  explicit cppad_replay(const Kernel& f);
  ~cppad_replay();

  auto value_and_gradient(std::span<const double> x, std::span<double> slopes) -> double;

  // Seconds that recording and optimising took.
  auto seconds_to_make() const -> double { return seconds_to_make_; }

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
  double seconds_to_make_;
};

}  // namespace bench
