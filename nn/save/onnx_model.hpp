#pragma once
// The pieces of an ONNX model, put together as its file wants them. Field numbers are those of onnx.proto.

#include <autodiff/array/array.hpp>
#include <nn/save/onnx_value.hpp>
#include <nn/save/protobuf.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

/// One attribute of a node: a number, a fraction, or a list.
struct onnx_attribute {
  enum class kind { whole, real, list };
  onnx_attribute(std::string_view of, index_t x) : name(of), is(kind::whole), whole(x) {}
  onnx_attribute(std::string_view of, double x) : name(of), is(kind::real), real(x) {}
  onnx_attribute(std::string_view of, std::vector<index_t> x) : name(of), is(kind::list), list(std::move(x)) {}

  std::string_view name;
  kind is;
  index_t whole = 0;
  double real = 0;
  std::vector<index_t> list = {};
};

class onnx_model {
 public:
  /// A name that nothing has yet: the wish, or the wish with a number.
  auto unused(const std::string& wish) -> std::string;

  auto add_node(std::string_view type, const std::vector<std::string>& inputs, const std::string& output,
                const std::vector<onnx_attribute>& attributes) -> void;
  auto add_numbers(const std::string& name, const array& x) -> void;
  auto add_input(const std::string& name, dtype type, const std::vector<onnx_axis>& axes) -> void;
  auto add_output(const std::string& name, dtype type, const std::vector<onnx_axis>& axes) -> void;

  /// Makes the value `name` the output: what the last node gives is renamed, anything else is copied by a node of its own.
  auto end(const std::string& name, const std::string& output) -> void;

  /// The file. Throws, without a "who", if it would have 2 GB or more, which protobuf does not allow.
  auto bytes() const -> std::string;

 private:
  struct node {
    std::string type;
    std::vector<std::string> inputs;
    std::string output;
    std::vector<onnx_attribute> attributes;
    auto bytes() const -> std::string;
  };

  std::set<std::string> names_;
  std::vector<node> nodes_;
  message numbers_, inputs_, outputs_;
};

auto onnx_type(dtype t) -> index_t;

}  // namespace seegrad::nn::detail
