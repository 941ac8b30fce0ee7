#pragma once
// Whole numbers of Python, which have no end, and of numpy.

#include <cstdint>
#include <pybind11/pybind11.h>

namespace seegrad::python {

/// Throws OverflowError for what 64 bits do not hold, TypeError for what is no whole number.
inline auto whole_number(pybind11::handle x) -> std::int64_t {
  const auto n = pybind11::reinterpret_steal<pybind11::object>(PyNumber_Index(x.ptr()));
  if (!n) throw pybind11::error_already_set();
  int beyond = 0;
  const auto value = PyLong_AsLongLongAndOverflow(n.ptr(), &beyond);
  if (beyond != 0) PyErr_Format(PyExc_OverflowError, "seegrad: %S has more than 64 bits", n.ptr());
  if (PyErr_Occurred() != nullptr) throw pybind11::error_already_set();
  return value;
}

}  // namespace seegrad::python
