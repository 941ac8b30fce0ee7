#include "cppad_replay.hpp"

#include "kernels.hpp"
#include "measure.hpp"

#include <cppad/cppad.hpp>

namespace bench {

using number = CppAD::AD<double>;

struct cppad_replay::parts {
  CppAD::ADFun<double> function;
  std::vector<double> x, weight{1.0};
};

// Comparisons are not recorded: a replay would make them again, and nobody asks whether they come out otherwise. Memory stays
// with CppAD, as in its own measurements.
template <class Kernel>
cppad_replay::cppad_replay(const Kernel& f) : parts_(std::make_unique<parts>()) {
  CppAD::thread_alloc::hold_memory(true);
  const auto begin = processor_time();
  std::vector<number> x(f.inputs.begin(), f.inputs.end());
  constexpr std::size_t never_abort = 0;
  constexpr bool record_comparisons = false;
  CppAD::Independent(x, never_abort, record_comparisons);
  const std::vector<number> y{f(std::span<const number>(x))};
  parts_->function.Dependent(x, y);
  parts_->function.optimize();
  seconds_to_make_ = processor_time() - begin;
  parts_->x.resize(x.size());
}

// What is measured next finds the memory as it would be without CppAD.
cppad_replay::~cppad_replay() {
  parts_.reset();
  CppAD::thread_alloc::free_available(CppAD::thread_alloc::thread_num());
}

auto cppad_replay::value_and_gradient(std::span<const double> x, std::span<double> slopes) -> double {
  auto& [function, point, weight] = *parts_;
  std::copy(x.begin(), x.end(), point.begin());
  const double value = function.Forward(0, point)[0];
  const auto gradient = function.Reverse(1, weight);
  std::copy(gradient.begin(), gradient.end(), slopes.begin());
  return value;
}

template cppad_replay::cppad_replay(const black_scholes&);
template cppad_replay::cppad_replay(const bundle_adjustment&);
template cppad_replay::cppad_replay(const chain&);
template cppad_replay::cppad_replay(const gaussian_mixture&);
template cppad_replay::cppad_replay(const log_sum_exp&);
template cppad_replay::cppad_replay(const lstm&);
template cppad_replay::cppad_replay(const matrix_product&);
template cppad_replay::cppad_replay(const perceptron&);
template cppad_replay::cppad_replay(const rosenbrock&);
template cppad_replay::cppad_replay(const sum_of_logs&);

}  // namespace bench
