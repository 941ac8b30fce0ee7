// Parts of a record as programs.

#include "bind.hpp"
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {
namespace {

using numbers = std::vector<double>;
auto numbers_of(const array& x) -> numbers { return x.to_vector<double>(); }

/// Several points, a row for each.
auto rows_of(const array& x, const program& p) -> array {
  if (x.rank() != 2 || x.shape()[1] != static_cast<index_t>(p.inputs()))
    throw py::value_error(fmt::format("program: points of {} numbers are the rows of an array [n, {}], and this one is {}",
                                      p.inputs(), p.inputs(), to_string(x.shape())));
  return x.cast(float64).contiguous();
}

auto bind_program(py::module_& m) -> void {
  py::class_<program>(
      m, "program",
      "A part of a record of scalars as a program: the same function at other points, without the graph. Made by compile().")
      .def_property_readonly("inputs", &program::inputs)
      .def_property_readonly("results", &program::results)
      .def(
          "__call__",
          [](const program& p, const array& x) -> py::object {
            numbers y(p.results());
            p.values(numbers_of(x), y);
            if (y.size() == 1) return py::float_(y[0]);
            return to_numpy(array(y));
          },
          py::arg("x"), "Its value, or the values of its results.")
      .def(
          "value_and_gradient",
          [](const program& p, const array& x) {
            numbers slopes(p.inputs());
            const auto y = p.value_and_gradient(numbers_of(x), slopes);
            return py::make_tuple(y, to_numpy(array(slopes)));
          },
          py::arg("x"))
      .def(
          "gradient", [](const program& p, const array& x) { return array(p.gradient(numbers_of(x))); }, py::arg("x"))
      .def(
          "vjp",
          [](const program& p, const array& x, const array& w) {
            numbers slopes(p.inputs());
            p.vjp(numbers_of(x), numbers_of(w), slopes);
            return array(slopes);
          },
          py::arg("x"), py::arg("w"))
      .def(
          "jvp",
          [](const program& p, const array& x, const array& v) {
            numbers change(p.results());
            p.jvp(numbers_of(x), numbers_of(v), change);
            return array(change);
          },
          py::arg("x"), py::arg("v"))
      .def(
          "hvp",
          [](const program& p, const array& x, const array& v) {
            numbers product(p.inputs());
            p.hvp(numbers_of(x), numbers_of(v), product);
            return array(product);
          },
          py::arg("x"), py::arg("v"))
      .def(
          "jacobian", [](const program& p, const array& x) { return p.jacobian(numbers_of(x)); }, py::arg("x"))
      .def(
          "hessian", [](const program& p, const array& x) { return p.hessian(numbers_of(x)); }, py::arg("x"))
      .def(
          "values_at",
          [](const program& p, const array& points) {
            const auto x = rows_of(points, p);
            auto y = array::uninitialized(float64, {x.shape()[0], static_cast<index_t>(p.results())});
            {
              const py::gil_scoped_release free;
              p.values_at(x.elements<double>(), y.writable<double>());
            }
            return y;
          },
          py::arg("points"),
          "Of many points, the rows of an array: a row of results for each. Other threads of Python run meanwhile.")
      .def(
          "values_and_gradients_at",
          [](const program& p, const array& points) {
            const auto x = rows_of(points, p);
            auto y = array::uninitialized(float64, {x.shape()[0]}), slopes = array::uninitialized(float64, x.shape());
            {
              const py::gil_scoped_release free;
              p.values_and_gradients_at(x.elements<double>(), y.writable<double>(), slopes.writable<double>());
            }
            return py::make_tuple(to_numpy(y), to_numpy(slopes));
          },
          py::arg("points"), "Of one result, at many points.")
      .def("text", &program::text, "What it does, a line for each instruction.")
      .def("to_cpp", &program::to_cpp, py::arg("name"), documentation("to_cpp"))
      .def("save", &program::save, py::arg("file"))
      .def("__len__", &program::size)
      .def("__repr__", [](const program& p) {
        return fmt::format("program of {} inputs, {} results and {} instructions", p.inputs(), p.results(), p.size());
      });
  m.def(
      "load_program", [](const std::filesystem::path& file) { return load_program(file); }, py::arg("file"),
      documentation("load_program"));
}

auto bind_array_program(py::module_& m) -> void {
  using arrays = std::vector<array>;
  const auto one_or_all = [](const arrays& all) -> py::object {
    if (all.size() == 1) return to_numpy(all[0]);
    return py::cast(all);
  };
  py::class_<array_program>(
      m, "array_program",
      "A part of a record with tensors as a program: the same function of other arrays, without the graph. Made by compile().")
      .def_property_readonly("inputs", &array_program::inputs)
      .def_property_readonly("results", &array_program::results)
      .def(
          "__call__",
          [one_or_all](const array_program& p, const arrays& x) {
            const auto y = [&] {
              const py::gil_scoped_release free;
              return p.values(x);
            }();
            return one_or_all(y);
          },
          py::arg("xs"), "Its result, or its results in a list, for a list of arrays. Other threads of Python run meanwhile.")
      .def(
          "value_and_gradient",
          [](const array_program& p, const arrays& x) {
            const auto both = [&] {
              const py::gil_scoped_release free;
              return p.value_and_gradient(x);
            }();
            return py::make_tuple(both.first, py::cast(both.second));
          },
          py::arg("xs"))
      .def(
          "gradient",
          [](const array_program& p, const arrays& x) {
            const py::gil_scoped_release free;
            return p.gradient(x);
          },
          py::arg("xs"))
      .def(
          "vjp",
          [](const array_program& p, const arrays& x, const arrays& w) {
            const py::gil_scoped_release free;
            return p.vjp(x, w);
          },
          py::arg("xs"), py::arg("ws"), "The results, and what the inputs get of cotangents, one for each result.")
      .def(
          "jvp",
          [](const array_program& p, const arrays& x, const arrays& v) {
            const py::gil_scoped_release free;
            return p.jvp(x, v);
          },
          py::arg("xs"), py::arg("vs"), "The results, and how they change along vs.")
      .def(
          "hvp",
          [](const array_program& p, const arrays& x, const arrays& v) {
            const py::gil_scoped_release free;
            return p.hvp(x, v);
          },
          py::arg("xs"), py::arg("vs"), "Of one result with one element: its second derivatives times vs, by input.")
      .def("text", &array_program::text, "What it does, a line for each instruction.")
      .def("save", &array_program::save, py::arg("file"))
      .def("__len__", &array_program::size)
      .def("__repr__", [](const array_program& p) {
        return fmt::format("array_program of {} inputs, {} results and {} instructions", p.inputs(), p.results(), p.size());
      });
  m.def("load_array_program", &load_array_program, py::arg("file"), documentation("load_array_program"));
}

}  // namespace

auto bind_programs(py::module_& m) -> void {
  bind_program(m);
  bind_array_program(m);
  m.def(
      "compile",
      [](py::object y, py::object x) -> py::object {
        const auto list = [](const py::object& given) {
          std::vector<operand> all;
          if (is_handle(given)) all.emplace_back(given);
          else
            for (const auto& one : py::reinterpret_borrow<py::sequence>(given)) all.emplace_back(one);
          return all;
        };
        const auto ys = list(y), xs = list(x);
        if (ys.empty() || xs.empty()) throw py::value_error("compile: of one or several results, by one or several inputs");
        const turn here(ys[0].of());
        const auto is_number = [](const operand& one) { return !one.has_axes(); };
        if (std::all_of(ys.begin(), ys.end(), is_number) && std::all_of(xs.begin(), xs.end(), is_number)) {
          std::vector<scalar> results, inputs;
          for (const auto& one : ys) results.push_back(one.as_scalar());
          for (const auto& one : xs) inputs.push_back(one.as_scalar());
          return py::cast(compile(results, inputs));
        }
        std::vector<node_ref> results, inputs;
        for (const auto& one : ys) results.push_back(one.as_tensor().ref());
        for (const auto& one : xs) inputs.push_back(one.as_tensor().ref());
        return py::cast(detail::compile_arrays(results, inputs));
      },
      py::arg("y"), py::arg("xs"),
      "What leads from the xs to y, or to several ys, as a program: of scalars a `program`, where there are tensors an `array_program`. All else is the constant that it was.");
}

}  // namespace seegrad::python
