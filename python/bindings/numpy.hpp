#pragma once
// Arrays to and from numpy.
//
// Both know the same memory: elements, shape, strides. So an array goes to numpy without a copy, to be read: numpy's object holds it. The other way numpy's
// memory can be borrowed, and is held by the array; but as numpy writes to its memory, and what is recorded must stay, that is done where it is asked for.

#include <autodiff/array/array.hpp>
#include <pybind11/numpy.h>

namespace seegrad::python {

namespace py = pybind11;

enum class memory { copied, shared };

/// float64, float32, int64 and bool as they are; other whole numbers become int64, half float32, long double float64. Memory that is not aligned, or of another byte
/// order, is copied in any case. Throws TypeError for other types.
auto from_numpy(py::array x, memory how) -> array;
/// Numbers, lists of them, and all that numpy makes an array of. Throws TypeError for what it makes none of.
auto from_any(py::handle x, memory how) -> array;
/// In the memory of x, which the result holds; not to be written to.
auto to_numpy(const array& x) -> py::array;
/// The same, but a numpy scalar without axes.
auto to_numpy_or_number(const array& x) -> py::object;

auto to_dtype(dtype t) -> py::dtype;
/// From numpy's own, or what numpy.dtype() takes, such as "float32". Throws TypeError for one that arrays do not have.
auto from_dtype(py::handle x) -> dtype;

/// Holds an object; where it is let go of without Python's lock, that is done later by whoever has it.
auto held(py::object x) -> std::shared_ptr<const void>;

}  // namespace seegrad::python
