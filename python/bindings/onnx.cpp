// ONNX models, read as modules and written from a graph.

#include "layer.hpp"
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_module.hpp>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {
namespace {

/// As Python says shapes: an extent, the name of one, or None; None alone if not even their number is known.
auto shape_of(const nn::onnx_value& v) -> py::object {
  if (!v.axes) return py::none();
  py::list all;
  for (const auto& axis : *v.axes) {
    if (axis.extent >= 0) all.append(axis.extent);
    else if (!axis.name.empty()) all.append(axis.name);
    else all.append(py::none());
  }
  return py::tuple(all);
}

auto call(const nn::onnx_module& f, const py::args& x) -> py::object {
  std::vector<operand> inputs;
  for (const auto& one : x) inputs.emplace_back(one);
  const auto results = f.results(listed(inputs));
  const auto as_python = [&](const tensor& y) { return give(y, has_handle(inputs) || !y.is_constant()); };
  if (results.size() == 1) return as_python(results[0]);
  py::list all;
  for (const auto& y : results) all.append(as_python(y));
  return py::tuple(all);
}

auto save(const std::filesystem::path& file, const operand& output, const std::map<std::string, operand>& inputs,
          const std::string& output_name, bool dynamic_batch) -> void {
  const turn here(output.of());
  std::vector<nn::onnx_input> named;
  for (const auto& [name, x] : inputs) named.push_back({name, x.as_tensor()});
  nn::save_onnx(file, output.as_tensor(), named, {output_name, dynamic_batch});
}

}  // namespace

auto bind_onnx(py::module_& m) -> void {
  py::class_<nn::onnx_value>(m, "onnx_value", documentation("nn::onnx_value"))
      .def_readonly("name", &nn::onnx_value::name)
      .def_readonly("dtype", &nn::onnx_value::type)
      .def_property_readonly("shape", &shape_of,
                             "A tuple of extents, of names that stand for one, such as \"batch\", or of None.")
      .def("__repr__", &nn::onnx_value::text);
  layer_class<nn::onnx_module>(m, "onnx_module")
      .def("__call__", &call, "The only output, or all of them as a tuple, for inputs in the order of the file.")
      .def_property_readonly("inputs", &nn::onnx_module::inputs, "What it takes, in the order of the file.")
      .def_property_readonly("outputs", &nn::onnx_module::outputs, "What it gives, in the order of the file.")
      .attr("__doc__") = "A network from an ONNX file: made by load_onnx().";
  m.def(
      "load_onnx", [](const std::filesystem::path& file) { return nn::load_onnx(file); }, py::arg("file"),
      documentation("nn::load_onnx"));
  m.def("save_onnx", &save, py::arg("file"), py::arg("output"), py::arg("inputs"), py::kw_only(),
        py::arg("output_name") = "output", py::arg("dynamic_batch") = false,
        R"(What leads from the inputs, a dictionary of recorded values by the names they get, to the output, as an ONNX model.

With dynamic_batch, axis 0 of the inputs may have any extent in the model. Record in eval mode: dropout is written as it was taken.)");
}

}  // namespace seegrad::python
