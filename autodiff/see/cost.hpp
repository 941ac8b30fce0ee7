#pragma once
// What each node costs: the time it takes forward and back, and its memory.
//
//   const auto c = node_costs(loss);
//   std::cout << c.text();                                // COST: 1.9 ms forward, 3.7 ms back, 12 MB. Of that matmul #14 41 % …
//   picture(loss, {.notes = c.notes}).save("cost.svg");
//
// Each operation that leads to y is run again alone, several times, on the recorded values; what is told is the median. In a sweep some of it is cheaper, as
// neighbours are still in the cache and contributions are added where they are made. Measured times differ from run to run.

#include <autodiff/graph/annotation.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <string>
#include <vector>

namespace seegrad {

/// Where time and memory of a record go.
struct cost_report {
  /// Of one node.
  struct cost {
    node_id node;          ///< which one
    double forward, back;  ///< seconds: of its value, and of what it carries back to all operands that have a derivative
    std::size_t bytes;     ///< of its value and adjoint; of a view, which shares memory with another node, 0 for the value

    /// Both ways together.
    auto seconds() const -> double { return forward + back; }
  };

  std::vector<cost> costs;       ///< of operations by time, the dearest first; then of inputs, by memory
  double forward = 0, back = 0;  ///< seconds of all, both ways
  std::size_t bytes = 0;         ///< of all
  annotations notes;             ///< for a picture: of nodes with a hundredth of the time or of the memory
  std::string words;             ///< that text() gives

  /// One paragraph.
  auto text() const -> std::string { return words; }
};

/// Of what leads to y. Throws if y is a constant.
auto node_costs(const scalar& y) -> cost_report;

namespace detail {
auto node_costs_of_array(const tensor& y) -> cost_report;
}  // namespace detail

template <std::same_as<tensor> Y>  // A plain number is a scalar here.
auto node_costs(const Y& y) -> cost_report {
  return detail::node_costs_of_array(y);
}

}  // namespace seegrad
