#pragma once
// The walk from a record to an ONNX model: what the counterparts of operations are written with.

#include <autodiff/graph/graph.hpp>
#include <initializer_list>
#include <map>
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_model.hpp>
#include <optional>

namespace seegrad::nn::detail {

/// Where the batch is in a value: an axis of outer * batch * inner elements, in this order.
struct batch_place {
  int axis = 0;
  index_t outer = 1, inner = 1;
  friend auto operator==(const batch_place&, const batch_place&) -> bool = default;
};
using maybe_batch = std::optional<batch_place>;

class onnx_export {
 public:
  onnx_export(const graph& g, const std::vector<onnx_input>& inputs, const onnx_options& options);
  /// The file for the model that leads to node `k`.
  auto run(node_id k) -> std::string;

  // For the counterpart of the operation at hand.
  auto count() const -> int { return graph_.operands(now_).size(); }
  auto value(int slot) const -> array { return graph_.array_value(graph_.operands(now_)[slot]); }
  auto shape(int slot) const -> dims { return value(slot).shape(); }
  auto type() const -> dtype { return graph_.array_value(now_).type(); }
  auto result() const -> dims { return graph_.array_value(now_).shape(); }
  template <class P>
  auto parameters() const -> const P& {
    return *static_cast<const P*>(graph_.tensor_node_at(now_).parameters.get());
  }
  /// A constant of one element, as a number.
  auto constant(int slot) const -> std::optional<double>;

  /// The name of an operand, in the type of the result or in another.
  auto in(int slot) -> std::string { return in(slot, type()); }
  auto in(int slot, dtype type) -> std::string;
  /// Adds a node to the model, and returns the name of its result.
  auto put(std::string_view onnx, const std::vector<std::string>& inputs, const std::vector<onnx_attribute>& attributes = {})
      -> std::string;
  auto number(double x) -> std::string;  ///< in the type of the result
  auto list(const dims& x) -> std::string;
  auto numbers(const array& x, const std::string& wish) -> std::string;
  /// An operand that is an index: a recorded one, numbers, or an input that has the same memory; and where the batch is in it.
  auto index(int slot) -> std::pair<std::string, maybe_batch>;
  [[noreturn]] auto refuse(const std::string& why) const -> void;

  // Where the batch is. Without a batch all of this says: nowhere.
  auto batch(int slot) const -> maybe_batch;
  auto batch_at(maybe_batch where) -> void { batch_of_[now_] = where; }
  /// The shape, which is that of the result, with -1 where the batch is.
  auto flexible(dims shape) const -> dims;
  /// Where the batch is after a reshape.
  auto reshaped(const maybe_batch& from, const dims& before, const dims& after) const -> maybe_batch;
  /// Throws if the batch is in operand `slot` from axis `from` on.
  auto keep_out(int slot, int from = 0) const -> void;
  /// For operands that are repeated to each other: where the batch is in the result.
  auto repeated() -> maybe_batch;
  auto repeated(std::span<const int> slots) -> maybe_batch;

 private:
  auto numbers_of_leaf(node_id k, dtype type) -> std::string;
  auto name_for(node_id k) const -> std::string;
  auto axes_of(const dims& shape, const maybe_batch& where) const -> std::vector<onnx_axis>;

  const graph& graph_;
  const std::vector<onnx_input>& inputs_;
  onnx_options options_;
  onnx_model model_;
  index_t batch_ = 0;  // its extent in the record; 0 if it is fixed
  node_id now_ = 0;
  std::map<node_id, std::string> name_;
  std::map<node_id, maybe_batch> batch_of_;
  std::map<node_id, std::size_t> input_of_;
  std::map<std::pair<std::string, dtype>, std::string> as_type_;
  std::map<std::pair<node_id, dtype>, std::string> leaf_as_type_;
  std::map<int, std::string> instead_;  // operands of the node at hand that were cut to one row
  std::vector<bool> used_;
};

/// The counterpart of the operation at hand: the name of its result. Null if there is none.
using counterpart = std::string (*)(onnx_export&);
auto pointwise_counterpart(const operation& op) -> counterpart;
auto structural_counterpart(const operation& op) -> counterpart;

}  // namespace seegrad::nn::detail
