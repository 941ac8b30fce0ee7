#pragma once
// ONNX files put together field by field, and what is said of them.

#include <autodiff/array/create.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/protobuf.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../message.hpp"

namespace seegrad {

using words = std::vector<std::string>;
using nn::detail::message;

inline auto node_of(const std::string& type, const words& inputs, const words& outputs, const std::string& more = {})
    -> std::string {
  message m;
  for (const auto& i : inputs) m.bytes(1, i);
  for (const auto& o : outputs) m.bytes(2, o);
  return m.bytes(3, "node " + type).bytes(4, type).text() + more;
}
inline auto attribute(const std::string& name, std::int64_t x) -> std::string {
  message a, all;
  a.bytes(1, name).number(3, x).number(20, 2);
  return all.bytes(5, a.text()).text();
}
/// A tensor of that element type with these bytes.
inline auto numbers_of(const std::string& name, const std::vector<std::int64_t>& shape, int type, std::string_view raw)
    -> std::string {
  message m;
  for (const auto n : shape) m.number(1, n);
  return m.number(2, type).bytes(8, name).bytes(9, raw).text();
}
inline auto value(const std::string& name, const std::vector<std::int64_t>& shape, int type = 1) -> std::string {
  message all, kind, tensor_type, axes;
  for (const auto n : shape) {
    message axis;
    axes.bytes(1, axis.number(1, n).text());
  }
  tensor_type.number(1, type).bytes(2, axes.text());
  return all.bytes(1, name).bytes(2, kind.bytes(1, tensor_type.text()).text()).text();
}
/// A model with the input x [2, 3] and the output y.
inline auto model_of(const words& nodes, const words& tensors = {}, int opset = 13) -> std::string {
  message graph, version, model;
  for (const auto& n : nodes) graph.bytes(1, n);
  for (const auto& t : tensors) graph.bytes(5, t);
  graph.bytes(11, value("x", {2, 3})).bytes(12, value("y", {2, 3}));
  if (opset > 0) version.number(2, opset);
  return model.number(1, 7).bytes(7, graph.text()).bytes(8, version.text()).text();
}

inline auto parse(const std::string& bytes) -> nn::onnx_module {
  std::istringstream in(bytes);
  return nn::load_onnx(in);
}
inline auto refusal(const std::string& bytes) -> std::string {
  return message_of([&] { parse(bytes); });
}
/// What is said where the model is run with ones.
inline auto fault(const std::string& bytes) -> std::string {
  return message_of([&] { parse(bytes)(ones({2, 3}, float32)); });
}

/// An attribute that is a branch, which gives the value of that name.
inline auto branch(const std::string& attribute, const words& nodes, const std::string& gives, const words& tensors = {})
    -> std::string {
  message graph, a, all;
  for (const auto& n : nodes) graph.bytes(1, n);
  for (const auto& t : tensors) graph.bytes(5, t);
  graph.bytes(12, value(gives, {2, 3}));
  return all.bytes(5, a.bytes(1, attribute).bytes(6, graph.text()).number(20, 5).text()).text();
}

}  // namespace seegrad
