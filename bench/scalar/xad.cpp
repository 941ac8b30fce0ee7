// XAD 2: the inputs are registered once, and each record begins behind them.

#include "kernels.hpp"
#include "runner.hpp"

#include <XAD/XAD.hpp>

namespace bench {
namespace {

using number = xad::adj<double>::active_type;

class xad_tape : public runner {
 public:
  ~xad_tape() override {
    const active here(tape_);  // numbers give their slots back to the tape that is active
    x_.clear();
  }

  auto run(std::span<double> gradient) -> double override {
    const active here(tape_);
    const auto& function = kernel<BENCH_KERNEL>();
    if (x_.empty()) {
      x_.resize(function.inputs.size());
      tape_.registerInputs(x_);
    }
    for (std::size_t i = 0; i < x_.size(); ++i) xad::value(x_[i]) = function.inputs[i];
    tape_.newRecording();
    number y = function(std::span<const number>(x_));
    tape_.registerOutput(y);
    xad::derivative(y) = 1.0;
    tape_.computeAdjoints();
    for (std::size_t i = 0; i < x_.size(); ++i) gradient[i] = xad::derivative(x_[i]);
    return xad::value(y);
  }

 private:
  using tape = xad::adj<double>::tape_type;

  // One tape is active at a time, and each runner has its own.
  class active {
   public:
    explicit active(tape& one) : tape_(one) { tape_.activate(); }
    ~active() { tape_.deactivate(); }

   private:
    tape& tape_;
  };

  tape tape_{false};
  std::vector<number> x_;
};

const bool enrolled = enrol<xad_tape>(7, "XAD", BENCH_KERNEL);

}  // namespace
}  // namespace bench
