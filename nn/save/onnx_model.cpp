#include <nn/save/onnx_model.hpp>

#include <bit>
#include <fmt/format.h>

namespace seegrad::nn::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "the elements are written as they lie in memory");

constexpr index_t ir_version = 7, opset = 13;

auto value_info(const std::string& name, dtype type, const std::vector<onnx_axis>& axes) -> std::string {
  message shape;
  for (const auto& a : axes) {
    message axis;
    if (!a.name.empty()) axis.bytes(2, a.name);
    else if (a.extent >= 0) axis.number(1, a.extent);
    shape.bytes(1, axis.text());
  }
  message tensor_type, type_of_value, value;
  tensor_type.number(1, onnx_type(type)).bytes(2, shape.text());
  type_of_value.bytes(1, tensor_type.text());
  return value.bytes(1, name).bytes(2, type_of_value.text()).text();
}

}  // namespace

auto onnx_type(dtype t) -> index_t { return t == float32 ? 1 : t == float64 ? 11 : t == int64 ? 7 : 9; }

auto onnx_model::unused(const std::string& wish) -> std::string {
  auto name = wish;
  for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}_{}", wish, i);
  return name;
}

auto onnx_model::add_node(std::string_view type, const std::vector<std::string>& inputs, const std::string& output,
                          const std::vector<onnx_attribute>& attributes) -> void {
  nodes_.push_back({std::string(type), inputs, output, attributes});
}

auto onnx_model::end(const std::string& name, const std::string& output) -> void {
  if (!nodes_.empty() && nodes_.back().output == name) nodes_.back().output = output;
  else add_node("Identity", {name}, output, {});
}

auto onnx_model::node::bytes() const -> std::string {
  message all;
  for (const auto& i : inputs) all.bytes(1, i);
  if (type == "TopK") all.bytes(2, output + ".values");  // the first of two outputs, the other being the places
  all.bytes(2, output).bytes(3, output).bytes(4, type);
  for (const auto& a : attributes) {
    message m;
    m.bytes(1, a.name);
    if (a.is == onnx_attribute::kind::real) m.real(2, static_cast<float>(a.real)).number(20, 1);
    else if (a.is == onnx_attribute::kind::whole) m.number(3, a.whole).number(20, 2);
    else {
      for (auto x : a.list) m.number(8, x);
      m.number(20, 7);
    }
    all.bytes(5, m.text());
  }
  return all.text();
}

auto onnx_model::add_numbers(const std::string& name, const array& x) -> void {
  const auto c = x.contiguous();
  message m;
  for (auto n : c.shape()) m.number(1, n);
  m.number(2, onnx_type(c.type())).bytes(8, name);
  m.bytes(9, c.size() == 0 ? std::string_view() : std::string_view(static_cast<const char*>(c.raw()), c.bytes()));
  numbers_.bytes(5, m.text());
}

auto onnx_model::add_input(const std::string& name, dtype type, const std::vector<onnx_axis>& axes) -> void {
  inputs_.bytes(11, value_info(name, type, axes));
}
auto onnx_model::add_output(const std::string& name, dtype type, const std::vector<onnx_axis>& axes) -> void {
  outputs_.bytes(12, value_info(name, type, axes));
}

auto onnx_model::bytes() const -> std::string {
  constexpr std::size_t most = 0x7fffffff;
  message nodes, name;
  for (const auto& n : nodes_) nodes.bytes(1, n.bytes());
  name.bytes(2, "seegrad");
  const auto graph = nodes.text() + name.text() + numbers_.text() + inputs_.text() + outputs_.text();
  message version, model;
  version.bytes(1, "").number(2, opset);
  model.number(1, ir_version).bytes(2, "seegrad").bytes(3, SEEGRAD_VERSION).bytes(7, graph).bytes(8, version.text());
  if (model.text().size() > most)
    throw error(
        fmt::format("the model would have {} bytes, and {} are the most that an ONNX file can have", model.text().size(), most));
  return model.text();
}

}  // namespace seegrad::nn::detail
