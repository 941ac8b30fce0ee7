#pragma once
// The check of a single operation on arrays, on the values it was recorded with.

#include <autodiff/check/derivative_test.hpp>
#include <autodiff/check/options.hpp>
#include <autodiff/check/report.hpp>
#include <autodiff/graph/graph.hpp>

namespace seegrad::detail {

/// What was looked at one by one, and what there is.
struct element_count {
  std::size_t looked_at = 0, all = 0, directions = 0;
};

/// The elements' verdicts on one array, of which the worst is told.
class worst_element {
 public:
  worst_element(const dims& shape) : shape_(shape) {}
  auto add(std::size_t element, double claimed, test_result a) -> void;
  auto count() const -> std::size_t { return count_; }
  auto at() const -> std::size_t { return at_; }
  /// Into `f`: verdict, numbers, the element's index and words.
  auto tell(finding& f) const -> void;

 private:
  dims shape_;
  std::size_t count_ = 0, same_ = 0, at_ = 0;
  double claimed_ = unknown, badness_ = -1;
  test_result worst_;
  bool any_ = false;
  std::string detail_;
  bool alike_ = true;
};

/// Finds what is to be said about node k, which has a row: a finding for each operand that is not constant. `effort` is how many
/// elementary steps may be spent.
auto check_tensor_node(const graph& g, node_id k, const check_options& options, double effort, element_count& count)
    -> std::vector<finding>;

/// An operation on numbers at those numbers: its derivative by operand i, as its rule says it, and the test of that.
auto test_at_numbers(const graph& g, const operation& op, int i, std::span<const double> x, const check_options& options)
    -> std::pair<double, test_result>;

/// The other texts that an operation on arrays may have for its derivative, against its vjp, which has passed: the recorded vjp, the
/// vjp in place, and forward mode by linearity. Empty if they agree, as far as `round_off` lets them.
auto check_other_rules(const graph& g, node_id k, int i, std::span<const array> x, const array& y, const array& cotangent,
                       const array& contribution, const array& round_off, std::string& method) -> std::string;

/// What a wrong array of derivatives looks like beside the right one: its transpose, a shift, a mean for a sum. Empty if like nothing.
auto describe_array_mismatch(const array& claimed, const array& measured) -> std::string;

}  // namespace seegrad::detail
