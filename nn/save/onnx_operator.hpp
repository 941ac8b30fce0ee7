#pragma once
// What an operator of ONNX's is here: an entry of a list, with what it computes written in the library's own operations.
//
//   {"Relu", 1, [](const onnx_call& c) -> onnx_results { return relu(c.in(0)); }},
//   {"Elu", 1, [](const onnx_call& c) -> onnx_results { return elu(c.in(0), c.real("alpha", 1)); }},
//
// The lists stand in nn/save/onnx_operators/, a family a file. A new operator is an entry there and nothing else: its derivative, its part in pictures,
// in programs and in what is exported again follow from the operations. https://github.com/onnx/onnx/blob/main/docs/Operators.md says what each
// computes, and docs/Changelog.md beside it what it was in which version ("opset").

#include <autodiff/array/random.hpp>
#include <autodiff/trace/tensor.hpp>
#include <fmt/format.h>
#include <nn/save/onnx_file.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

/// The versions of the standard operators that are read.
inline constexpr index_t first_opset = 6, last_opset = 21;

/// The results of an operator, mostly one.
struct onnx_results : std::vector<tensor> {
  onnx_results(tensor one) { push_back(std::move(one)); }
  onnx_results(array one) { push_back(std::move(one)); }
  onnx_results(std::vector<tensor> all) : std::vector<tensor>(std::move(all)) {}
};

/// A node that is computed: its operands and attributes. Whatever is asked for and is not there, or not as it must be, is an error that names it.
class onnx_call {
 public:
  onnx_call(const read_node& node, std::span<const tensor* const> operands, index_t opset, generator* drop)
      : node_(node), operands_(operands), opset_(opset), drop_(drop) {}

  auto opset() const -> index_t { return opset_; }
  auto count() const -> int { return static_cast<int>(operands_.size()); }
  auto result_count() const -> int { return static_cast<int>(node_.outputs.size()); }
  auto has(int i) const -> bool { return i < count() && operands_[static_cast<std::size_t>(i)] != nullptr; }
  auto in(int i) const -> const tensor&;
  auto all() const -> std::vector<tensor>;
  /// An operand that decides a shape, as a list of whole numbers: it must not depend on numbers of an input.
  auto list(int i) const -> std::vector<std::int64_t>;
  /// The same for fractions; none where it is left out.
  auto reals(int i) const -> std::vector<double>;
  /// The same for one number, of any type.
  auto number(int i) const -> double;

  auto has(std::string_view attribute) const -> bool { return node_.attribute(attribute) != nullptr; }
  auto whole(std::string_view attribute, index_t otherwise) const -> index_t;
  auto whole(std::string_view attribute) const -> index_t;
  auto real(std::string_view attribute, double otherwise) const -> double;
  auto word(std::string_view attribute, std::string_view otherwise) const -> std::string_view;
  auto wholes(std::string_view attribute) const -> std::vector<std::int64_t>;  ///< empty if it is not there
  auto attribute(std::string_view name) const -> const read_attribute* { return node_.attribute(name); }
  /// A list that is an operand in newer versions and was an attribute in older ones; nothing if it is neither.
  auto list(int i, std::string_view attribute) const -> std::optional<std::vector<std::int64_t>>;

  /// What dropout draws from; null unless the model is being trained.
  auto drop() const -> generator* { return drop_; }
  [[noreturn]] auto refuse(const std::string& why) const -> void { throw error(fmt::format("{}: {}", node_.type, why)); }

 private:
  auto deciding(int i) const -> const tensor&;

  const read_node& node_;
  std::span<const tensor* const> operands_;
  index_t opset_;
  generator* drop_;
};

struct onnx_operator {
  std::string_view name;
  int operands;  ///< how many there must be at least
  onnx_results (*compute)(const onnx_call&);
  /// An operand from which on numbers of the file are kept and not trained: statistics, as those of batch normalisation.
  int kept_from = 1000;
};

/// Null if there is none of that name.
auto find_onnx_operator(std::string_view name) -> const onnx_operator*;
/// All of them, by name.
auto onnx_operators() -> std::vector<const onnx_operator*>;

// The families, each of a file in nn/save/onnx_operators/.
auto onnx_pointwise() -> std::span<const onnx_operator>;
auto onnx_logic() -> std::span<const onnx_operator>;
auto onnx_shapes() -> std::span<const onnx_operator>;
auto onnx_parts() -> std::span<const onnx_operator>;
auto onnx_indexing() -> std::span<const onnx_operator>;
auto onnx_constants() -> std::span<const onnx_operator>;
auto onnx_reductions() -> std::span<const onnx_operator>;
auto onnx_products() -> std::span<const onnx_operator>;
auto onnx_windows() -> std::span<const onnx_operator>;
auto onnx_resizing() -> std::span<const onnx_operator>;
auto onnx_sampling() -> std::span<const onnx_operator>;
auto onnx_losses() -> std::span<const onnx_operator>;
auto onnx_normalisation() -> std::span<const onnx_operator>;
auto onnx_recurrent() -> std::span<const onnx_operator>;

}  // namespace seegrad::nn::detail
