#include "operand.hpp"

#include <nn/module/parameter.hpp>

namespace seegrad::python {
namespace {

auto type_of(const std::type_info& t) -> PyTypeObject* {
  return reinterpret_cast<PyTypeObject*>(py::detail::get_type_handle(t, true).ptr());
}
auto is_a(py::handle x, PyTypeObject* type) -> bool {
  return Py_TYPE(x.ptr()) == type || PyType_IsSubtype(Py_TYPE(x.ptr()), type) != 0;
}

template <class Handle>
auto kept_in(py::handle x) -> const kept<Handle>& {
  const auto* in = reinterpret_cast<py::detail::instance*>(x.ptr());
  if (!in->simple_layout || in->simple_value_holder[0] == nullptr) return x.cast<const kept<Handle>&>();
  return *static_cast<const kept<Handle>*>(in->simple_value_holder[0]);
}

// A list with handles in it is their stack.
auto stacked(py::sequence list) -> tensor {
  std::vector<tensor> parts;
  for (const auto& x : list) parts.push_back(operand(x).as_tensor());
  return stack(parts);
}
auto has_handles(py::handle x) -> bool {
  for (const auto& one : py::reinterpret_borrow<py::sequence>(x))
    if (is_handle(one) || ((PyList_Check(one.ptr()) || PyTuple_Check(one.ptr())) && has_handles(one))) return true;
  return false;
}

auto number(const literal& x) -> array {
  switch (x.type()) {
    case dtype::boolean: return x.as<bool>();
    case dtype::int64: return x.as<std::int64_t>();
    default: return x.as<double>();
  }
}

}  // namespace

auto is_tensor(py::handle x) -> bool {
  static auto* type = type_of(typeid(kept<tensor>));
  return is_a(x, type);
}
auto is_scalar(py::handle x) -> bool {
  static auto* type = type_of(typeid(kept<scalar>));
  return is_a(x, type);
}

operand::operand(py::handle x) {
  if (is_tensor(x)) {
    const auto& t = kept_in<tensor>(x);
    what_ = kind::tensor, is_ = t.it, of_ = t.of;
  } else if (is_scalar(x)) {
    const auto& s = kept_in<scalar>(x);
    what_ = kind::scalar, is_ = s.it, of_ = s.of;
  } else if (PyFloat_Check(x.ptr())) {
    is_ = literal(PyFloat_AS_DOUBLE(x.ptr()));
  } else if (PyBool_Check(x.ptr())) {
    is_ = literal(x.ptr() == Py_True);
  } else if (PyLong_Check(x.ptr())) {
    const auto whole = PyLong_AsLongLong(x.ptr());
    if (whole == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
    is_ = literal(whole);
  } else if (py::isinstance<nn::parameter>(x)) {
    is_ = x.cast<const nn::parameter&>()(), what_ = kind::tensor, of_ = home();
  } else if ((PyList_Check(x.ptr()) || PyTuple_Check(x.ptr())) && has_handles(x)) {
    is_ = stacked(py::reinterpret_borrow<py::sequence>(x)), what_ = kind::tensor, of_ = home();
  } else {
    auto a = from_any(x, memory::copied);
    // A scalar of numpy's is a number, as a float is.
    const bool is_number = !py::isinstance<py::array>(x) && a.rank() == 0;
    if (!is_number) what_ = kind::array, is_ = tensor(std::move(a));
    else if (a.is_floating()) is_ = literal(a.item());
    else if (a.type() == boolean) is_ = literal(a.item() != 0);
    else is_ = literal(a.data<std::int64_t>()[0]);
  }
}

auto operand::as_tensor() const -> tensor {
  if (const auto* t = std::get_if<tensor>(&is_)) return *t;
  if (const auto* s = std::get_if<scalar>(&is_)) return *s;
  return number(std::get<literal>(is_));
}

auto operand::as_scalar() const -> scalar {
  if (const auto* s = std::get_if<scalar>(&is_)) return *s;
  if (const auto* t = std::get_if<tensor>(&is_)) return item(*t);
  return std::get<literal>(is_).as<double>();
}

auto give(tensor x) -> py::object { return py::cast(keep(std::move(x))); }
auto give(scalar x) -> py::object { return py::cast(keep(x)); }
auto give(tensor x, bool as_handle) -> py::object { return as_handle ? give(std::move(x)) : give(x.value()); }
auto scalar_of(const tensor& x) -> scalar {
  const auto* g = graph::recording(x.ref());
  if (g != nullptr && g->is_tensor(g->id(x.ref(), "item"))) return item(x);
  return {x.value().cast(float64).item(), x.ref()};
}

}  // namespace seegrad::python
