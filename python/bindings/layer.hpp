#pragma once
// How a module of the library's is shown to Python as a class.

#include "bind.hpp"
#include "model.hpp"

namespace seegrad::python {

/// A recorded result is a handle, whatever x was, as the layer's parameters are recorded.
inline auto given(tensor y, const operand& x) -> py::object {
  const bool as_handle = x.is_handle() || !y.is_constant();
  return give(std::move(y), as_handle);
}

template <class Layer>
auto layer_class(py::module_& m, const char* name) {
  py::class_<Layer> type(m, name, documentation((std::string("nn::") + name).c_str()));
  register_layer(reinterpret_cast<PyTypeObject*>(type.ptr()), &list_layer<Layer>);
  type.def("__repr__", [name = std::string(name)](py::handle) { return "nn." + name; });
  return type;
}
/// A layer of one tensor.
template <class Layer>
auto layer_of_one(py::module_& m, const char* name) {
  auto type = layer_class<Layer>(m, name);
  type.def(
      "__call__", [](Layer& f, const operand& x) { return given(f(x.as_tensor()), x); }, py::arg("x"));
  return type;
}

template <class Layer, class P>
auto parameter_property(py::class_<Layer>& type, const char* name, P Layer::*member) -> void {
  type.def_property_readonly(
      name,
      [member](Layer& f) -> nn::parameter* {
        if constexpr (std::same_as<P, nn::parameter>) return &(f.*member);
        else return f.*member ? &*(f.*member) : nullptr;
      },
      py::return_value_policy::reference_internal);
}

}  // namespace seegrad::python
