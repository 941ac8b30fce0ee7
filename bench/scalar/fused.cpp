// seegrad with fused::scalar, as a program would use it: the graph is made anew each time, in the memory of the one before.

#include "kernels.hpp"
#include "runner.hpp"

#include <autodiff/fused.hpp>

namespace bench {
namespace {

class seegrad_fused : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<BENCH_KERNEL>();
    seegrad::graph g;
    x_.resize(function.inputs.size());
    seegrad::inputs(function.inputs, x_);
    const seegrad::fused::scalar y = function(std::span<const seegrad::fused::scalar>(x_));
    const double value = y.value();
    seegrad::backward(y);
    seegrad::gradients(x_, gradient);
    bytes_ = g.memory().record;
    return value;
  }

  auto record_bytes() const -> std::size_t override { return bytes_; }

 private:
  std::vector<seegrad::fused::scalar> x_;
  std::size_t bytes_ = 0;
};

const bool enrolled = enrol<seegrad_fused>(1, "fused", BENCH_KERNEL);

}  // namespace
}  // namespace bench
