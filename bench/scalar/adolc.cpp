// ADOL-C from Debian (libadolc-dev): a fresh trace each time, then one reverse sweep over it.

#include "kernels.hpp"
#include "runner.hpp"

#include <adolc/adolc.h>

namespace bench {
namespace {

class adol_c : public runner {
 public:
  // The tape keeps its values while it is written (keep = 1), so that the reverse sweep needs no forward sweep before it.
  // Its buffers are made large enough for every kernel: small ones go to files on disk when they are full. They
  // stay with the tape and are reused.
  auto run(std::span<double> gradient) -> double override {
    const auto& inputs = kernel<BENCH_KERNEL>().inputs;
    trace_on(tape, 1, entries, 4 * entries, entries, 2 * entries);
    for (std::size_t i = 0; i < inputs.size(); ++i) x_[i] <<= inputs[i];
    adouble y = kernel<BENCH_KERNEL>()(std::span<const adouble>(x_));
    double value = 0.0;
    y >>= value;
    trace_off();
    double weight = 1.0;
    reverse(tape, 1, static_cast<int>(inputs.size()), 0, &weight, gradient.data());
    return value;
  }

 private:
  static constexpr short tape = 1;
  static constexpr unsigned entries = 1u << 23;
  std::vector<adouble> x_ = std::vector<adouble>(kernel<BENCH_KERNEL>().inputs.size());
};

const bool enrolled = enrol<adol_c>(4, "ADOL-C", BENCH_KERNEL);

}  // namespace
}  // namespace bench
