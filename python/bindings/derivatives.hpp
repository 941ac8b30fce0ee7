#pragma once
// Verbs that are of recorded values here and of functions in functions.cpp.

#include "operand.hpp"

namespace seegrad::python {

/// By a scalar or tensor, or by several in a list, each like its x.
auto gradient_of_handle(const operand& y, py::handle by, const std::optional<operand>& seed) -> py::object;
auto jacobian_of_handles(py::handle y, py::handle by) -> py::object;
auto hessian_of_handle(const operand& y, py::handle by) -> py::object;
auto hessian_product_of_handle(const operand& y, py::handle by, py::handle v) -> py::object;
auto change_of_handle(const operand& y, py::handle by, py::handle v) -> py::object;

}  // namespace seegrad::python
