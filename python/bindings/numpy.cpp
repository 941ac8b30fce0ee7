#include "numpy.hpp"

#include "whole_number.hpp"

#include <autodiff/array/held.hpp>
#include <fmt/format.h>
#include <mutex>
#include <vector>

namespace seegrad::python {
namespace {

// Objects that wait for somebody who has Python's lock. Never destroyed, as threads may outlive what is static.
struct waiting_room {
  std::mutex access;
  std::vector<PyObject*> objects;

  auto put(PyObject* x) -> void {
    const std::lock_guard lock(access);
    objects.push_back(x);
  }
  auto clear() -> void {
    std::vector<PyObject*> now;
    {
      const std::lock_guard lock(access);
      now.swap(objects);
    }
    for (auto* x : now) Py_DECREF(x);
  }
};
auto waiting() -> waiting_room& {
  static auto& room = *new waiting_room;
  return room;
}

auto name_of(const py::dtype& d) -> std::string { return py::str(py::object(d)); }

auto type_of(const py::dtype& d) -> dtype {
  switch (d.kind()) {
    case 'b': return boolean;
    case 'i':
    case 'u': return int64;
    case 'f': return d.itemsize() <= 4 ? float32 : float64;
    default: break;
  }
  throw py::type_error(fmt::format(
      "array: elements of numpy's type {} are no numbers that an array holds; those are float64, float32, int64 and bool",
      name_of(d)));
}

/// Shape and strides in elements, or nothing where the memory cannot be read as it lies.
auto borrowed(const py::array& x, dtype type) -> array {
  dims shape, strides;
  const auto size = static_cast<index_t>(size_of(type));
  for (py::ssize_t i = 0; i < x.ndim(); ++i) {
    if (x.strides(i) % size != 0 && x.shape(i) > 1) return {};
    shape.push(x.shape(i)), strides.push(x.shape(i) > 1 ? x.strides(i) / size : 1);
  }
  if (reinterpret_cast<std::uintptr_t>(x.data()) % size_of(type) != 0) return {};
  if (x.size() == 0) return array::uninitialized(type, shape);
  return held_memory(x.data(), type, shape, strides, held(x));
}

}  // namespace

auto held(py::object x) -> std::shared_ptr<const void> {
  waiting().clear();
  return {static_cast<const void*>(x.release().ptr()), [](const void* p) {
            auto* object = static_cast<PyObject*>(const_cast<void*>(p));
            if (Py_IsInitialized() == 0) return;
            if (PyGILState_Check() != 0) Py_DECREF(object);
            else waiting().put(object);
          }};
}

auto to_dtype(dtype t) -> py::dtype {
  switch (t) {
    case dtype::boolean: return py::dtype::of<bool>();
    case dtype::int64: return py::dtype::of<std::int64_t>();
    case dtype::float32: return py::dtype::of<float>();
    default: return py::dtype::of<double>();
  }
}

auto from_dtype(py::handle x) -> dtype {
  const auto d = py::dtype::from_args(py::reinterpret_borrow<py::object>(x));
  for (const auto t : {float64, float32, int64, boolean})
    if (d.equal(to_dtype(t))) return t;
  throw py::type_error(fmt::format("dtype: {} is none of float64, float32, int64 and bool", name_of(d)));
}

auto from_numpy(py::array x, memory how) -> array {
  // Numbers that numpy counts as not there would come back.
  if (py::hasattr(x, "mask"))
    throw py::type_error("array: a masked array has elements without a number; filled(0) gives them one");
  const auto type = type_of(x.dtype());
  const auto wanted = to_dtype(type);
  if (!x.dtype().equal(wanted)) {
    if (x.dtype().kind() == 'u' && x.itemsize() == 8 && x.size() > 0 &&
        py::module_::import("numpy").attr("max")(x).cast<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      throw py::value_error("array: a whole number is larger than any int64");
    return borrowed(x.attr("astype")(wanted), type);  // Its memory is nobody else's.
  }
  auto shown = borrowed(x, type);
  if (shown.is_null()) return borrowed(x.attr("copy")(), type);
  return how == memory::shared ? shown : shown.copy();
}

auto from_any(py::handle x, memory how) -> array {
  if (PyBool_Check(x.ptr())) return x.cast<bool>();
  if (PyFloat_Check(x.ptr())) return PyFloat_AS_DOUBLE(x.ptr());
  if (PyLong_Check(x.ptr())) return whole_number(x);
  if (!py::isinstance<py::array>(x)) {
    if (py::isinstance<py::str>(x) || x.is_none())
      throw py::type_error(fmt::format("array: a {} is neither a number nor an array", Py_TYPE(x.ptr())->tp_name));
    auto made = py::module_::import("numpy").attr("asarray")(x).cast<py::array>();
    if (made.dtype().kind() == 'O')
      throw py::type_error(fmt::format("array: numpy makes no array of numbers of this {}", Py_TYPE(x.ptr())->tp_name));
    // What numpy made of a list is nobody else's; what it only looked at, as another library's array, is.
    return from_numpy(std::move(made), py::isinstance<py::list>(x) || py::isinstance<py::tuple>(x) ? memory::shared : how);
  }
  return from_numpy(py::reinterpret_borrow<py::array>(x), how);
}

auto to_numpy(const array& x) -> py::array {
  const auto size = static_cast<py::ssize_t>(size_of(x.type()));
  std::vector<py::ssize_t> shape, strides;
  for (int i = 0; i < x.rank(); ++i) shape.push_back(x.shape()[i]), strides.push_back(x.strides()[i] * size);
  const py::capsule base(new array(x), [](void* p) { delete static_cast<array*>(p); });
  static const double nothing = 0;
  py::array y(to_dtype(x.type()), shape, strides, x.size() == 0 ? &nothing : x.raw(), base);
  y.attr("flags").attr("writeable") = false;
  return y;
}

auto to_numpy_or_number(const array& x) -> py::object {
  auto y = to_numpy(x);
  if (x.rank() == 0) return y[py::tuple()];
  return y;
}

}  // namespace seegrad::python
