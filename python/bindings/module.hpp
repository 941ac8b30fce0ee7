#pragma once
// The parts of the module, each in a source of its own.

#include <pybind11/pybind11.h>

namespace seegrad::python {

namespace py = pybind11;

auto bind_graph(py::module_& m) -> void;
auto bind_handles(py::module_& m) -> void;
auto bind_operators(py::module_& m) -> void;
auto bind_shapes(py::module_& m) -> void;
auto bind_reductions(py::module_& m) -> void;
auto bind_products(py::module_& m) -> void;
auto bind_windows(py::module_& m) -> void;
auto bind_derivatives(py::module_& m) -> void;
auto bind_functions(py::module_& m) -> void;
auto bind_programs(py::module_& m) -> void;
auto bind_check(py::module_& m) -> void;
auto bind_picture(py::module_& m) -> void;
auto bind_modules(py::module_& m) -> void;
auto bind_layers(py::module_& m) -> void;
auto bind_losses(py::module_& m) -> void;
auto bind_optimisers(py::module_& m) -> void;
auto bind_data(py::module_& m) -> void;
auto bind_training(py::module_& m) -> void;
auto bind_files(py::module_& m) -> void;
auto bind_onnx(py::module_& m) -> void;

/// What a header says above a function or type of this name ("nn::linear", "softmax"), made by python/documentation.py; empty if nothing.
auto documentation(const char* name) -> const char*;

}  // namespace seegrad::python
