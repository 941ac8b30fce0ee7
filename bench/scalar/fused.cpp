// seegrad with fused::scalar, used as a program would use it: the inputs and the record are made anew each time, and the memory is that of the
// time before.

#include "kernels.hpp"
#include "runner.hpp"
#include "seegrad_graph.hpp"

#include <autodiff/fused.hpp>

namespace bench {
namespace {

class seegrad_fused : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<BENCH_KERNEL>();
    auto& graph = shared_graph();
    const auto start = graph.mark();
    x_.resize(function.inputs.size());
    seegrad::inputs(function.inputs, std::span(x_));
    const seegrad::fused::scalar y = function(std::span<const seegrad::fused::scalar>(x_));
    const double value = y.value();
    seegrad::backward(y);
    seegrad::gradients(x_, gradient);
    bytes_ = graph.memory().record;
    graph.rewind(start);
    return value;
  }

  auto record_bytes() const -> std::size_t override { return bytes_; }

 private:
  std::vector<seegrad::fused::scalar> x_;
  std::size_t bytes_ = 0;
};

const bool enrolled = enrol<seegrad_fused>(2, "seegrad fused", BENCH_KERNEL);

}  // namespace
}  // namespace bench
