#include <algorithm>
#include <fmt/format.h>
#include <nn/save/onnx_file.hpp>
#include <nn/save/protobuf_reader.hpp>
#include <set>

namespace seegrad::nn {

auto onnx_value::text() const -> std::string {
  if (!axes) return fmt::format("{} {}", name, name_of(type));
  std::string shape;
  for (const auto& a : *axes)
    shape += (shape.empty() ? "" : " x ") + (a.extent >= 0 ? std::to_string(a.extent) : a.name.empty() ? "?" : a.name);
  return fmt::format("{} {} [{}]", name, name_of(type), shape);
}

namespace detail {
namespace {

using bytes_view = std::string_view;

/// see(field) for each.
template <class F>
auto each_field(bytes_view bytes, F see) -> void {
  message_reader fields(bytes);
  while (const auto f = fields.next()) see(*f);
}

auto axis_from(bytes_view bytes) -> onnx_axis {
  onnx_axis a;
  each_field(bytes, [&](const message_field& f) {
    if (f.number == 1) a.extent = f.whole();
    else if (f.number == 2) a.name = f.text();
  });
  return a;
}

auto value_from(bytes_view bytes) -> onnx_value {
  onnx_value v;
  index_t type = 0;
  bool is_tensor = false;
  const auto see_shape = [&](const message_field& f) {
    if (f.number == 1) v.axes->push_back(axis_from(f.text()));
  };
  const auto see_tensor = [&](const message_field& f) {
    if (f.number == 1) type = f.whole();
    else if (f.number == 2) v.axes.emplace(), each_field(f.text(), see_shape);
  };
  each_field(bytes, [&](const message_field& f) {
    if (f.number == 1) v.name = f.text();
    else if (f.number == 2)
      each_field(f.text(), [&](const message_field& kind) {
        if (kind.number == 1) is_tensor = true, each_field(kind.text(), see_tensor);
      });
  });
  try {
    // An output may leave its type open, since it follows from the operators.
    if (is_tensor && type != 0) v.type = type_of_onnx(type);
    else if (!is_tensor) throw error("is no tensor, and sequences and maps are not read");
  } catch (const error& e) {
    throw error(fmt::format("'{}': {}", v.name.substr(0, 200), e.what()));
  }
  return v;
}

/// What nodes are read by: where numbers in other files lie, and how deep branches lie in branches.
struct reading {
  const std::filesystem::path& folder;
  int depth = 0;
};

auto graph_from(bytes_view bytes, const reading& how) -> onnx_graph;

auto attribute_from(bytes_view bytes, const reading& how, bool is_branch) -> read_attribute {
  read_attribute a;
  each_field(bytes, [&](const message_field& f) {
    switch (f.number) {
      case 1: a.name = f.text(); break;
      case 2: a.real = f.real(); break;
      case 3: a.whole = f.whole(); break;
      case 4: a.text = f.text(); break;
      case 5: a.numbers = read_onnx_tensor(f.text(), how.folder).value; break;
      case 6:
        a.is_subgraph = true;
        if (is_branch) a.graphs.push_back(graph_from(f.text(), {how.folder, how.depth + 1}));
        break;
      case 11: a.is_subgraph = true; break;
      case 7: f.add_reals(a.reals); break;
      case 8: f.add_wholes(a.wholes); break;
      case 9: a.texts.emplace_back(f.text()); break;
      default: break;
    }
  });
  return a;
}

auto node_from(bytes_view bytes, const reading& how) -> read_node {
  read_node n;
  std::vector<bytes_view> attributes;
  each_field(bytes, [&](const message_field& f) {
    switch (f.number) {
      case 1: n.inputs.emplace_back(f.text()); break;
      case 2: n.outputs.emplace_back(f.text()); break;
      case 3: n.name = f.text(); break;
      case 4: n.type = f.text(); break;
      case 5: attributes.push_back(f.text()); break;
      case 7: n.domain = f.text(); break;
      default: break;
    }
  });
  try {
    for (const auto a : attributes) n.attributes.push_back(attribute_from(a, how, n.type == "If"));
  } catch (const error& e) {
    throw error(fmt::format("an attribute of {} '{}': {}", n.type.substr(0, 60), n.called().substr(0, 200), e.what()));
  }
  return n;
}

auto graph_from(bytes_view bytes, const reading& how) -> onnx_graph {
  // Files that were made in bad faith would go on until the stack is used up.
  constexpr int deepest = 32;
  if (how.depth > deepest) throw error(fmt::format("branches lie more than {} deep in branches", deepest));
  onnx_graph to;
  each_field(bytes, [&](const message_field& f) {
    switch (f.number) {
      case 1: to.nodes.push_back(node_from(f.text(), how)); break;
      case 5: to.numbers.push_back(read_onnx_tensor(f.text(), how.folder)); break;
      case 11: to.inputs.push_back(value_from(f.text())); break;
      case 12: to.outputs.push_back(value_from(f.text())); break;
      case 15: throw error("sparse numbers are not read");
      default: break;
    }
  });
  // Before IR version 4 what has numbers is an input as well, which a caller might set.
  std::set<bytes_view> given;
  for (const auto& n : to.numbers) given.insert(n.name);
  std::erase_if(to.inputs, [&](const onnx_value& v) { return given.contains(v.name); });
  return to;
}

}  // namespace

auto read_node::attribute(std::string_view called) const -> const read_attribute* {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const read_attribute& a) { return a.name == called; });
  return at == attributes.end() ? nullptr : &*at;
}
auto read_node::called() const -> const std::string& { return name.empty() && !outputs.empty() ? outputs.front() : name; }

auto read_onnx(std::string_view bytes, const std::filesystem::path& folder) -> onnx_file {
  onnx_file model;
  std::vector<bytes_view> graphs;
  each_field(bytes, [&](const message_field& f) {
    if (f.number == 7) graphs.push_back(f.text());
    else if (f.number == 8) {
      std::string_view domain;
      index_t version = 0;
      each_field(f.text(), [&](const message_field& of) {
        if (of.number == 1) domain = of.text();
        else if (of.number == 2) version = of.whole();
      });
      if (domain.empty() || domain == "ai.onnx") model.opset = version;
    }
  });
  if (graphs.size() != 1) throw error("there is no graph in it; this is no ONNX file, or a damaged one");
  static_cast<onnx_graph&>(model) = graph_from(graphs.front(), {folder});
  return model;
}

}  // namespace detail
}  // namespace seegrad::nn
