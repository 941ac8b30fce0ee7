// seegrad, used as a program would use it: the inputs and the record are made anew each time, and the memory is that of the
// time before.

#include "kernels.hpp"
#include "runner.hpp"
#include "seegrad_graph.hpp"

namespace bench {
namespace {

class seegrad_graph : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<BENCH_KERNEL>();
    auto& graph = shared_graph();
    const auto start = graph.mark();
    x_.resize(function.inputs.size());
    seegrad::inputs(function.inputs, x_);
    const seegrad::scalar y = function(std::span<const seegrad::scalar>(x_));
    const double value = y.value();
    seegrad::backward(y);
    seegrad::gradients(x_, gradient);
    bytes_ = graph.memory().record;
    graph.rewind(start);
    return value;
  }

  auto record_bytes() const -> std::size_t override { return bytes_; }

 private:
  std::vector<seegrad::scalar> x_;
  std::size_t bytes_ = 0;
};

const bool enrolled = enrol<seegrad_graph>(1, "seegrad", BENCH_KERNEL);

}  // namespace
}  // namespace bench
