#pragma once
// How functions of arrays are shown to Python.

#include "choices.hpp"
#include "module.hpp"
#include "operand.hpp"
#include <fmt/format.h>

namespace seegrad::python {

/// f of the operands as tensors. Its result is to Python what they are: a handle if one of them is, numbers otherwise.
template <class F, class... Operand>
auto on(F f, const Operand&... x) -> py::object {
  const bool as_handle = (x.is_handle() || ...);
  const auto y = f(x.as_tensor()...);
  if constexpr (std::convertible_to<decltype(y), tensor>) {
    return give(tensor(y), as_handle);
  } else {
    py::list all;
    for (const auto& one : y) all.append(give(one, as_handle));
    return all;
  }
}

/// The same of a list of them.
inline auto listed(const std::vector<operand>& x) -> std::vector<tensor> {
  std::vector<tensor> all;
  for (const auto& one : x) all.push_back(one.as_tensor());
  return all;
}
inline auto has_handle(const std::vector<operand>& x) -> bool {
  return std::any_of(x.begin(), x.end(), [](const auto& one) { return one.is_handle(); });
}

/// Shows a function of the module, which is a method of tensors as well: x.sum() is sum(x). Its text is that of the header.
template <class F, class... Extra>
auto both(py::module_& m, const char* name, F f, const py::arg& x, const Extra&... extra) -> void {
  m.def(name, f, x, extra..., documentation(name));
  py::object tensor_class = m.attr("tensor");
  tensor_class.attr(name) = py::cpp_function(f, py::name(name), py::is_method(tensor_class), extra..., documentation(name));
}

}  // namespace seegrad::python
