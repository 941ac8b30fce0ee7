// CoDiPack with one of its tapes, BENCH_TAPE; the table shows the fastest of them. Memory is kept from record to record.

#include "counted.hpp"
#include "kernels.hpp"
#include "runner.hpp"

#include <codi.hpp>

namespace bench {
namespace {

using number = codi::BENCH_TAPE;

class codipack : public runner {
 public:
  codipack() {
    if constexpr (std::is_same_v<number, codi::RealReverseUnchecked>) take_memory();
  }

  auto run(std::span<double> gradient) -> double override {
    constexpr auto unchecked = codi::AdjointsManagement::Manual;  // the sweep has made the adjoints large enough
    const auto& function = kernel<BENCH_KERNEL>();
    auto& tape = number::getTape();
    tape.setActive();
    for (std::size_t i = 0; i < x_.size(); ++i) {
      x_[i] = function.inputs[i];
      tape.registerInput(x_[i]);
    }
    number y = function(std::span<const number>(x_));
    tape.registerOutput(y);
    tape.setPassive();
    y.setGradient(1.0);
    tape.evaluate();
    // The sweep clears the adjoints of all but the inputs, so that the tape need not go over them again.
    for (std::size_t i = 0; i < x_.size(); ++i) {
      auto& adjoint = tape.gradient(x_[i].getIdentifier(), unchecked);
      gradient[i] = adjoint;
      adjoint = 0.0;
    }
    tape.reset(false);
    return y.getValue();
  }

 private:
  // The unchecked tape never looks whether there is room.
  auto take_memory() -> void {
    const auto& function = kernel<BENCH_KERNEL>();
    const auto before = counted::operations();
    const std::vector<counted> x(function.inputs.begin(), function.inputs.end());
    function(std::span<const counted>(x));
    const auto most = counted::operations() - before + 2 * x.size() + 10'000;
    number::getTape().setParameter(codi::TapeParameters::StatementSize, 2 * most);
    number::getTape().setParameter(codi::TapeParameters::JacobianSize, 3 * most);
  }

  std::vector<number> x_ = std::vector<number>(kernel<BENCH_KERNEL>().inputs.size());
};

#define BENCH_TEXT(name) #name
#define BENCH_NAME(name) BENCH_TEXT(name)
const bool enrolled = enrol<codipack>(6, "CoDiPack", BENCH_KERNEL, BENCH_NAME(BENCH_TAPE));

}  // namespace
}  // namespace bench
