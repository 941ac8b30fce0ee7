// XAD 2. Each run clears the tape and registers new inputs: a tape that is not cleared never uses the slots of a record again, and gets
// slower with every one. The memory stays with it.

#include "kernels.hpp"
#include "runner.hpp"

#include <XAD/XAD.hpp>

namespace bench {
namespace {

using number = xad::adj<double>::active_type;

class xad_tape : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<BENCH_KERNEL>();
    x_.clear();  // no tape is active, to which they would give their slots back
    x_.assign(function.inputs.begin(), function.inputs.end());
    const active here(tape_);
    tape_.clearAll();
    tape_.registerInputs(x_);
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
