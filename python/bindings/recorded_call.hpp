#pragma once
// A function of Python's, called with inputs of a graph that ends with the block: for what is asked of a record, such as a check or a picture.

#include "point.hpp"
#include <fmt/format.h>

namespace seegrad::python {

struct recorded_call {
  shared_graph g = make_graph();
  operand y;

  /// Throws TypeError where there is nothing to differentiate by.
  recorded_call(py::handle f, const py::tuple& x, const char* who) : y(called(f, x, who)) {}
  ~recorded_call() { close(*g); }
  recorded_call(const recorded_call&) = delete;
  auto operator=(const recorded_call&) -> recorded_call& = delete;

 private:
  static auto called(py::handle f, const py::tuple& x, const char* who) -> operand {
    if (!has_leaf(x, is_variable))
      throw py::type_error(fmt::format(
          "{}: none of the arguments is a float, an array of floats, or a list of such; whole numbers are data", who));
    std::size_t number = 0;
    const auto leaf = [&](py::handle one) -> py::object {
      if (!is_variable(one) || is_handle(one)) return py::reinterpret_borrow<py::object>(one);
      const operand given(one);
      auto made = given.has_axes() ? give(input(given.as_array())) : give(input(given.as_scalar().value()));
      made.attr("name") = fmt::format("x{}", number++);
      return made;
    };
    return operand(f(*py::tuple(map_leaves(x, leaf))));
  }
};

}  // namespace seegrad::python
