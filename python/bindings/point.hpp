#pragma once
// What a function of Python's is a function of: floats, arrays, and lists, tuples and dictionaries of them. It is a point of the library
// (trace/point.hpp) whose form is found when it is looked at. Whole numbers, texts and all else are data, and are passed on as they are.

#include "operand.hpp"

namespace seegrad::python {

/// Of numbers and arrays, or, `recorded`, of handles: then derivatives are recorded.
template <bool recorded>
struct point_of {
  py::object is;
};
using plain_point = point_of<false>;
using recorded_point = point_of<true>;

/// A float, or an array of such.
inline auto is_variable(py::handle x) -> bool {
  if (PyFloat_Check(x.ptr()) != 0) return true;
  if (py::isinstance<py::array>(x)) return py::reinterpret_borrow<py::array>(x).dtype().kind() == 'f';
  return is_handle(x);
}
/// Whether one of the leaves of x is such.
template <class Is>
auto has_leaf(py::handle x, Is is) -> bool {
  if (is(x)) return true;
  if (PyDict_Check(x.ptr()) != 0) {
    for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(x))
      if (has_leaf(value, is)) return true;
  } else if (PyList_Check(x.ptr()) != 0 || PyTuple_Check(x.ptr()) != 0) {
    for (const auto& one : py::reinterpret_borrow<py::sequence>(x))
      if (has_leaf(one, is)) return true;
  }
  return false;
}

/// x with each leaf replaced by what f gives for it.
template <class F>
auto map_leaves(py::handle x, F& f) -> py::object {
  if (PyDict_Check(x.ptr()) != 0) {
    py::dict out;
    for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(x)) out[key] = map_leaves(value, f);
    return out;
  }
  if (PyList_Check(x.ptr()) != 0) {
    py::list out;
    for (const auto& one : py::reinterpret_borrow<py::list>(x)) out.append(map_leaves(one, f));
    return out;
  }
  if (PyTuple_Check(x.ptr()) != 0) {
    py::list out;
    for (const auto& one : py::reinterpret_borrow<py::tuple>(x)) out.append(map_leaves(one, f));
    if (py::hasattr(x, "_fields")) return py::type::of(x)(*out);  // a named one
    return py::tuple(out);
  }
  return f(x);
}

}  // namespace seegrad::python

namespace seegrad::detail {

template <bool recorded>
struct point<python::point_of<recorded>> {
  using X = python::point_of<recorded>;
  static constexpr bool has_numbers = true, is_recorded = recorded, has_data = false, has_arrays = true;

  template <class F>
  static auto map(const X& x, F& f) -> X {
    const auto leaf = [&](python::py::handle one) -> python::py::object {
      if (!python::is_variable(one)) return python::py::reinterpret_borrow<python::py::object>(one);
      const python::operand number(one);
      switch (number.what()) {
        case python::operand::kind::number: return python::give(f(number.as_scalar().value()));
        case python::operand::kind::scalar:
          if constexpr (std::invocable<F&, const scalar&>) return python::give(f(number.as_scalar()));
          else break;
        case python::operand::kind::tensor:
          if constexpr (std::invocable<F&, const tensor&>) return python::give(f(number.as_tensor()));
          else if constexpr (std::invocable<F&, const scalar&>) return python::give(f(only_element(number.as_tensor())));
          else break;
        case python::operand::kind::array:
          if constexpr (std::invocable<F&, const array&>) return python::give(f(number.as_array()));
          else if constexpr (std::invocable<F&, const scalar&>)
            return python::give(f(scalar(only_element(tensor(number.as_array())).value())));
          else break;
      }
      throw python::py::type_error(
          "seegrad: a list of numbers is wanted, or one array; arrays in a list, and recorded values among plain numbers, are not for this function");
    };
    return {python::map_leaves(x.is, leaf)};
  }
  static auto sizes(const X& x, list_sizes& s) -> void {
    std::size_t leaves = 0;
    const auto leaf = [&](python::py::handle one) -> python::py::object {
      ++leaves;
      if (python::py::isinstance<python::py::array>(one)) s(python::operand(one).as_array());
      return python::py::reinterpret_borrow<python::py::object>(one);
    };
    const auto seen = python::map_leaves(x.is, leaf);
    // The form of lists and dictionaries around the leaves, which the function may look at.
    s.all.push_back(leaves), s.all.push_back(std::hash<std::string>()(form(seen)));
  }

 private:
  static auto only_element(const tensor& t) -> scalar {
    if (t.size() != 1)
      throw error("a result has the shape " + to_string(t.shape()) +
                  ", and here one number, or a list of numbers, is wanted; the sum of an array is one");
    return python::scalar_of(t);
  }
  static auto form(python::py::handle x) -> std::string {
    using namespace python;
    std::string text;
    if (PyDict_Check(x.ptr()) != 0) {
      for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(x))
        text += py::repr(key).template cast<std::string>() + form(value);
      return "{" + text + "}";
    }
    if (PyList_Check(x.ptr()) == 0 && PyTuple_Check(x.ptr()) == 0) return PyFloat_Check(x.ptr()) ? "n" : "a";
    for (const auto& one : py::reinterpret_borrow<py::sequence>(x)) text += form(one);
    return "[" + text + "]";
  }
};

}  // namespace seegrad::detail
