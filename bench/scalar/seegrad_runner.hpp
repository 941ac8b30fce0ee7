#pragma once
// seegrad, used as a program would use it: the inputs and the record are made anew each time, and the memory is that of the time before.

#include "kernels.hpp"
#include "runner.hpp"

#include <autodiff/fused.hpp>

namespace bench {

// The graph of all of seegrad's runners. Of two live graphs the inner one records, so that runners with a graph each would be in each
// other's way.
inline auto shared_graph() -> seegrad::graph& {
  static seegrad::graph g;
  return g;
}

template <class Number, std::size_t Kernel>
class seegrad_runner : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<Kernel>();
    auto& graph = shared_graph();
    const auto start = graph.mark();
    x_.resize(function.inputs.size());
    seegrad::inputs(function.inputs, std::span<Number>(x_));
    const Number y = function(std::span<const Number>(x_));
    const double value = y.value();
    seegrad::backward(y);
    seegrad::gradients(std::span<const Number>(x_), gradient);
    bytes_ = graph.memory().record;
    graph.rewind(start);
    return value;
  }

  auto record_bytes() const -> std::size_t override { return bytes_; }

 private:
  std::vector<Number> x_;
  std::size_t bytes_ = 0;
};

}  // namespace bench
